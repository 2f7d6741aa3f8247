import { gzipSync } from 'node:zlib';
import { makeRandom } from './generate.ts';

type Random = (below: number) => number;
type Mutation = (seed: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

/** Lengths and numbers that ask for much: 2 GB − 1, 4 GB, 2^63, and a varint that never ends. */
const CLAIMS = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  Array<number>(16).fill(0x80),
];
const MOST_FLIPS = 4;
const NESTED = 200;

function splice(bytes: Uint8Array, at: number, removed: number, added: ArrayLike<number>): Uint8Array {
  const result = new Uint8Array(bytes.length - removed + added.length);
  result.set(bytes.subarray(0, at));
  result.set(Uint8Array.from(added), at);
  result.set(bytes.subarray(at + removed), at + added.length);
  return result;
}

const truncate: Mutation = (seed, random) => seed.subarray(0, random(seed.length + 1));

const flipBits: Mutation = (seed, random) => {
  // Not slice(), which of a Buffer is the same memory.
  const bytes = Uint8Array.from(seed);
  for (let flips = 1 + random(MOST_FLIPS); flips > 0 && bytes.length > 0; flips--) {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
  }
  return bytes;
};

const claimMuch: Mutation = (seed, random) => {
  const at = random(seed.length + 1);
  return splice(seed, at, Math.min(random(3), seed.length - at), CLAIMS[random(CLAIMS.length)] ?? []);
};

const repeat: Mutation = (seed, random) => {
  const at = random(seed.length + 1);
  const part = seed.subarray(at, at + random(64));
  const times = 1 + random(200);
  const copies = new Uint8Array(part.length * times);
  for (let i = 0; i < times; i++) copies.set(part, i * part.length);
  return splice(seed, at, 0, copies);
};

const join: Mutation = (seed, random, seeds) => {
  const other = seeds[random(seeds.length)] ?? seed;
  return splice(seed, random(seed.length + 1), 0, other.subarray(random(other.length + 1)));
};

const nest: Mutation = (seed, random) => {
  const depth = 1 + random(NESTED);
  if (random(2) === 0) return Buffer.concat([Buffer.from('{"head":'.repeat(depth * 100)), seed]);
  // A message in a message in a message, by the wire's own nesting.
  let bytes = seed.subarray(0, 200);
  for (let i = 0; i < depth; i++) {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
    bytes = splice(bytes, 0, 0, [(1 + random(6)) * 8 + 2, ...length]);
  }
  return bytes;
};

const MUTATIONS: readonly Mutation[] = [truncate, flipBits, flipBits, claimMuch, repeat, join, nest];

/** Input `index`: a seed after one mutation or a few, every other one compressed. The same index gives the same input. */
export function makeInput(index: number, seeds: readonly Uint8Array[]): Uint8Array {
  const random = makeRandom(index);
  let bytes = seeds[random(seeds.length)] ?? new Uint8Array(0);
  for (let times = random(4) > 0 ? 1 : 2 + random(3); times > 0; times--) {
    bytes = MUTATIONS[random(MUTATIONS.length)]?.(bytes, random, seeds) ?? bytes;
  }
  if (random(2) === 0) return bytes;
  const compressed = gzipSync(bytes, { level: 1 });
  return random(8) === 0 ? flipBits(compressed, random, seeds) : compressed;
}

const MB = 1024 * 1024;

/** Files that are small and would take much memory: each by name, made when it is its turn. */
export const BOMBS: Readonly<Record<string, () => Uint8Array>> = {
  'a gzip of 1 GB of zeros': () => gzipSync(new Uint8Array(1024 * MB), { level: 1 }),
  'a gzip in a gzip in a gzip': () => gzipSync(gzipSync(gzipSync(new Uint8Array(256 * MB)))),
  'a gzip that claims 4 GB': () => Buffer.concat([gzipSync('x').subarray(0, -4), Buffer.alloc(4, 0xff)]),
  '64 million empty samples': () => gzipSync(Buffer.alloc(128 * MB, Buffer.from([0x12, 0])), { level: 1 }),
  '64 million empty strings': () => gzipSync(Buffer.alloc(128 * MB, Buffer.from([0x32, 0])), { level: 1 }),
  'a stack of 100 million frames': () => gzipSync(hugeSample(100 * MB), { level: 1 }),
  '40 million lines': () => gzipSync(Buffer.alloc(160 * MB, 'a 1\n'), { level: 1 }),
  'a line of 200 MB': () =>
    gzipSync(Buffer.concat([Buffer.from('a;b 1\n'), Buffer.alloc(200 * MB, 'a;')]), { level: 1 }),
  '100 MB of empty JSON arrays': () =>
    Buffer.concat([Buffer.from('{"nodes":['), Buffer.alloc(100 * MB, '[],'), Buffer.from('[]]}')]),
};

/** One sample whose packed location ids are all 1, and the location. */
function hugeSample(frames: number): Uint8Array {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
  const ids = [0x0a, ...varint(frames)];
  const head = [0x0a, 2, 8, 1, 0x12, ...varint(ids.length + frames + 3), ...ids];
  const tail = [0x12, 1, 1, 0x22, 2, 8, 1, 0x32, 0, 0x32, 1, 97];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(frames, 1), Buffer.from(tail)]);
}
