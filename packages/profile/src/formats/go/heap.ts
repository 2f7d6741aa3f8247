import { broken, quote } from '../../errors.ts';
import type { Profile } from '../../profile.ts';
import { headOf, type Line, linesOf } from '../../text.ts';
import type { Format } from '../format.ts';
import { profileOfRecords } from './records-profile.ts';

/** `heap profile: 209: 2774688 [1209: 4274689] @ heap/2048`: in use, allocated since the start, twice the mean bytes between samples. */
const HEAD = /^heap profile: *\d+: *\d+ *\[ *\d+: *\d+ *\] @ heap\/(\d{1,15})\r?\n/;
/** Behind the stacks, numbers of the whole process. */
const STATISTICS = '# runtime.MemStats';
const FORMAT = 'Go heap text';

/**
 * `/debug/pprof/heap?debug=1` and `allocs?debug=1`. The text has what was sampled; as the protobuf of Go and `go tool pprof` do, it is
 * scaled here to what the process probably has.
 */
export const goHeap: Format = {
  id: 'go-heap',
  sniff: (bytes) => HEAD.test(headOf(bytes)),
  parse(bytes): Profile {
    const doubleRate = Number(HEAD.exec(headOf(bytes))?.[1] ?? 0);
    const rate = Math.floor(doubleRate / 2);
    const header = {
      sampleTypes: [
        { type: 'alloc_objects', unit: 'count' },
        { type: 'alloc_space', unit: 'bytes' },
        { type: 'inuse_objects', unit: 'count' },
        { type: 'inuse_space', unit: 'bytes' },
      ],
      periodType: { type: 'space', unit: 'bytes' },
      period: BigInt(rate),
    };
    return profileOfRecords(recordLines(linesOf(bytes, FORMAT)), FORMAT, header, (values) => {
      const [inUse, inUseBytes, allocated, allocatedBytes, ...more] = values.map(Number);
      if (inUse === undefined || inUseBytes === undefined || more.length > 0) return undefined;
      if (allocated === undefined || allocatedBytes === undefined) return undefined;
      return [...scale(allocated, allocatedBytes, rate), ...scale(inUse, inUseBytes, rate)];
    });
  },
};

/** The stacks as other text profiles have them: `2: 4096 [5: 10240] @ 0x47` becomes `2 4096 5 10240 @ 0x47`. */
function* recordLines(lines: Generator<Line>): Generator<Line> {
  lines.next();
  for (const { text, number } of lines) {
    if (text.startsWith(STATISTICS)) return;
    if (text.startsWith('#') || text.trim() === '') {
      yield { text, number };
      continue;
    }
    const at = text.indexOf('@');
    const numbers = RECORD.exec(at < 0 ? '' : text.slice(0, at));
    if (!numbers) throw broken(FORMAT, `line ${number}`, `${quote(text)}, which is no stack,`);
    yield { text: `${numbers.slice(1).join(' ')} ${text.slice(at)}`, number };
  }
}

const RECORD = /^ *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *$/;

/**
 * Every allocation had the chance 1 − e^(−size/rate) to be sampled: `scaleHeapSample` of Go's runtime/pprof. Whole numbers, cut off
 * as there.
 */
function scale(count: number, bytes: number, rate: number): readonly [bigint, bigint] {
  if (count === 0 || bytes === 0) return [0n, 0n];
  const factor = rate <= 1 ? 1 : 1 / (1 - Math.exp(-bytes / count / rate));
  return [BigInt(Math.trunc(count * factor)), BigInt(Math.trunc(bytes * factor))];
}
