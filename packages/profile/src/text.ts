import { broken } from './errors.ts';

/** The room knows neither Node nor the DOM; every place it runs in has this. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

/** Bytes of a text that tell its format: a head may be preceded by what a dying process said. */
const HEAD_BYTES = 4096;

/** Damaged UTF-8 becomes U+FFFD, a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The beginning of a text; '' for what cannot be text. */
export function headOf(bytes: Uint8Array): string {
  const head = bytes.subarray(0, HEAD_BYTES);
  return head.some(isBinary) ? '' : decodeText(head);
}

/** Control characters that no text has; an escape may colour what a terminal showed. */
function isBinary(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32 && byte !== 27);
}

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Bytes of text that are decoded at once, so that a text of hundreds of megabytes is never one string. */
const CHUNK_BYTES = 1 << 20;
/** Much longer than any stack in one line; longer lines are no text. */
const LONGEST_LINE = 1 << 20;
const NEWLINE = 10;

/**
 * The lines of a text without their line ends. A chunk ends at a line end, which in UTF-8 is never inside a character.
 * @param format As a person calls it.
 * @throws ProfileError on a line of more than a megabyte.
 */
export function* linesOf(bytes: Uint8Array, format: string): Generator<Line> {
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const stop = endOfLine(bytes, start + CHUNK_BYTES);
    if (stop - start > CHUNK_BYTES + LONGEST_LINE) {
      throw broken(format, `byte ${start}`, 'a line of more than a megabyte', 'it is something else, or damaged');
    }
    for (const line of decodeText(bytes.subarray(start, stop)).split('\n')) {
      number += 1;
      yield { text: line.endsWith('\r') ? line.slice(0, -1) : line, number };
    }
    start = stop + 1;
  }
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const newline = from < bytes.length ? bytes.indexOf(NEWLINE, from) : -1;
  return newline < 0 ? bytes.length : newline;
}
