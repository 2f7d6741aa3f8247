import { broken, type ProfileError, tooLarge } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { decodeText, headOf } from '../../text.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether the first key of a JSON object is among these; V8, DevTools and other writers differ in the order of theirs. */
export function startsWithKey(bytes: Uint8Array, keys: readonly string[]): boolean {
  const head = headOf(bytes).trimStart();
  if (!head.startsWith('{')) return false;
  const first = head.slice(1).trimStart();
  return keys.some((key) => first.startsWith(`"${key}"`));
}

/** Whether the beginning of a text has one of these keys anywhere. */
export function headHasKey(bytes: Uint8Array, keys: readonly string[]): boolean {
  const head = headOf(bytes);
  return keys.some((key) => head.includes(`"${key}"`));
}

/** @param format As a person calls it. @throws ProfileError when it is no JSON object or too large. */
export function parseObject(bytes: Uint8Array, format: string): JsonObject {
  if (bytes.length > LIMITS.jsonBytes) throw tooLarge('bytes of JSON', LIMITS.jsonBytes, 'take a shorter profile');
  checkParts(bytes);
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (error) {
    throw broken(format, `one of its ${bytes.length} bytes`, `no JSON (${firstLine(error)})`, 'it may be cut off');
  }
  return toObject(value, format, 'the top');
}

const [COMMA, BRACKET, BRACE] = [44, 91, 123];

/** Counts what parsing would make, before it does: a hundred megabytes of `[],` are gigabytes of arrays. */
function checkParts(bytes: Uint8Array): void {
  let containers = 0;
  let values = 0;
  for (const byte of bytes) {
    if (byte === BRACKET || byte === BRACE) containers++;
    else if (byte === COMMA) values++;
  }
  if (containers > LIMITS.jsonContainers) {
    throw tooLarge('JSON objects and arrays', LIMITS.jsonContainers, 'take a shorter profile');
  }
  if (values > LIMITS.jsonValues) throw tooLarge('JSON values', LIMITS.jsonValues, 'take a shorter profile');
}

/** V8 quotes the text around the error, which may go over lines. */
function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .replaceAll(/\s+/g, ' ')
    .slice(0, 100);
}

export function toObject(value: unknown, format: string, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(format, where, 'no object');
  return value as JsonObject;
}

export function toArray(value: unknown, format: string, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(format, where, 'no array');
  return value;
}

/** A finite number; an absent one is `absent`, and without that an error. */
export function toNumber(value: unknown, format: string, where: string, absent?: number): number {
  if (value === undefined && absent !== undefined) return absent;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(format, where, 'no number');
  return value;
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function wrong(format: string, where: string, what: string): ProfileError {
  return broken(format, where, what);
}
