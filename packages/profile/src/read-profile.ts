import { broken, tooLarge } from './errors.ts';
import { folded } from './formats/folded.ts';
import type { Format } from './formats/format.ts';
import { goContention } from './formats/go/contention.ts';
import { goCounts } from './formats/go/counts.ts';
import { goGoroutines } from './formats/go/goroutines.ts';
import { goHeap } from './formats/go/heap.ts';
import { pprof } from './formats/pprof/decode.ts';
import { v8CpuProfile } from './formats/v8/cpu-profile.ts';
import { v8HeapProfile } from './formats/v8/heap-profile.ts';
import { LIMITS } from './limits.ts';
import type { Profile } from './profile.ts';

/** From the surest sign to the weakest. */
const FORMATS: readonly Format[] = [
  goCounts,
  goContention,
  goHeap,
  goGoroutines,
  v8HeapProfile,
  v8CpuProfile,
  pprof,
  folded,
];

/**
 * `gunzipSync` of `node:zlib`, which checks the sum and stops at the limit; the room has no Node of its own, and a JavaScript one
 * takes longer than all the rest (README).
 */
export type Gunzip = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number; readonly chunkSize: number },
) => Uint8Array;

/** What a gzip file begins with. */
const GZIP = [0x1f, 0x8b];

/**
 * Reads a profile of any known format, compressed with gzip or not.
 * @returns Undefined when it is none: say what was expected.
 * @throws ProfileError when it is one but damaged, or beyond LIMITS.
 * @example
 * const profile = readProfile(readFileSync('cpu.pb.gz'), gunzipSync);
 */
export function readProfile(bytes: Uint8Array, gunzip: Gunzip): Profile | undefined {
  const plain = isGzip(bytes) ? decompress(bytes, gunzip) : bytes;
  if (plain.length > LIMITS.bytes) throw tooLarge('bytes', LIMITS.bytes, 'take a shorter profile');
  for (const format of FORMATS) {
    const profile = format.sniff(plain) ? format.parse(plain) : undefined;
    if (profile) return profile;
  }
  return undefined;
}

function isGzip(bytes: Uint8Array): boolean {
  return GZIP.every((byte, i) => bytes[i] === byte);
}

function decompress(bytes: Uint8Array, gunzip: Gunzip): Uint8Array {
  try {
    return gunzip(bytes, { maxOutputLength: LIMITS.bytes, chunkSize: guessLength(bytes) });
  } catch (error) {
    // ERR_BUFFER_TOO_LARGE.
    if (error instanceof RangeError)
      throw tooLarge('bytes once decompressed', LIMITS.bytes, 'it is a bomb, or take a shorter one');
    const why = error instanceof Error ? error.message : String(error);
    throw broken('gzip file', `one of its ${bytes.length} bytes`, why, 'it may be cut off or damaged: fetch it again');
  }
}

/** DEFLATE makes at most this many bytes of one. */
const MOST_EXPANSION = 1032;
const LEAST_CHUNK = 64 * 1024;
/** More than the largest profile we promise to lay out within a second; a bomb fills one piece too many before it is refused. */
const MOST_CHUNK = 128 * 1024 * 1024;

/**
 * Room for what a gzip file holds, so that it is decompressed into one piece: a fifth less time than in pieces, and half the memory. Its
 * last four bytes say how much that is; where they lie, the rest comes in more pieces, or the room is never written.
 */
function guessLength(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(-4);
  const claimed = a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
  // One byte more than needed: a piece that is full makes zlib ask for the next.
  return Math.max(LEAST_CHUNK, Math.min(claimed + 1, bytes.length * MOST_EXPANSION, MOST_CHUNK));
}
