import { hashText } from '../hash.ts';

/** Parameters compared at most, and characters of each: enough to tell rows apart, cheap enough for every statement. */
export const MAX_KEYS = 8;
const MAX_KEY_LENGTH = 64;

/** Of a statement as it is sent: its parameters', or its literals' where it has none. */
export function keysOf(values: unknown, literals: readonly number[]): readonly number[] {
  const keys = hashParameters(values);
  return keys.length === 0 ? literals : keys;
}

/** Hashes of short scalar parameters: equal parameters can be seen, their values cannot. */
function hashParameters(values: unknown): readonly number[] {
  if (!Array.isArray(values) || values.length === 0) return NO_KEYS;
  const keys: number[] = [];
  for (let i = 0; i < values.length && i < MAX_KEYS; i++) {
    const value: unknown = values[i];
    if (typeof value === 'number' || typeof value === 'bigint') keys.push(hashText(String(value)));
    else if (typeof value === 'string' && value.length <= MAX_KEY_LENGTH) keys.push(hashText(value));
  }
  return keys;
}

/** Of a statement without parameters: one for all, since most have none. */
export const NO_KEYS: readonly number[] = [];
