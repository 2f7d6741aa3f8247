import { hashText } from '../hash.ts';
import type { Statement } from './statement.ts';

/** Parameters compared at most, and characters of each: enough to tell rows apart, cheap enough for every statement. */
export const MAX_KEYS = 8;
const MAX_KEY_LENGTH = 64;

/** Of a statement as it is sent: its parameters', or its literals' where none of them says which rows it is about. */
export function keysOf(values: unknown, { keys: literals, rowParameters }: Statement): readonly number[] {
  if (!Array.isArray(values) || values.length === 0) return literals;
  const keys = hashParameters(rowParameters === undefined ? values : chosen(values, rowParameters));
  return keys.length === 0 ? literals : keys;
}

/** A list, as of `= ANY($1)` or `IN (?)`, says it by its members. */
function chosen(values: readonly unknown[], places: readonly number[]): readonly unknown[] {
  return places.flatMap((place) => {
    const value: unknown = values[place];
    return Array.isArray(value) ? value.slice(0, MAX_KEYS) : [value];
  });
}

/** Hashes of short scalar parameters: equal parameters can be seen, their values cannot. */
function hashParameters(values: readonly unknown[]): readonly number[] {
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
