import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mustRead, namesOf } from '../../testing/fixtures.ts';

type Bytes = readonly number[];

/** A length-delimited field; texts as their bytes. */
const field = (number: number, content: Bytes | string): Bytes => {
  const bytes = typeof content === 'string' ? [...Buffer.from(content)] : content;
  return [number * 8 + 2, bytes.length, ...bytes];
};
const varint = (number: number, ...bytes: Bytes): Bytes => [number * 8, ...bytes];

const STRINGS = ['', 'cpu', 'main', 'work', 'end_timestamp_ns'].flatMap((text) => field(6, text));
const TYPE = field(1, varint(1, 1));
/** Function and location `id` (1: main, 2: work). */
const symbol = (id: number): Bytes => [
  ...field(5, [...varint(1, id), ...varint(2, id + 1)]),
  ...field(4, [...varint(1, id), ...field(4, varint(1, id))]),
];
const SYMBOLS = [...symbol(1), ...symbol(2)];
const VALUE = varint(2, 7);

const decode = (...parts: readonly Bytes[]) => mustRead(Uint8Array.from(parts.flat()));

describe('pprof on the wire', () => {
  it('takes location ids packed, one by one, and in several runs', () => {
    for (const ids of [field(1, [2, 1]), [...varint(1, 2), ...varint(1, 1)], [...field(1, [2]), ...field(1, [1])]]) {
      const profile = decode(TYPE, field(2, [...ids, ...VALUE]), SYMBOLS, STRINGS);
      assert.deepEqual(namesOf(profile, 0), ['main', 'work']);
      assert.deepEqual([...profile.samples.values], [7n]);
    }
  });

  it('takes tables before and after the samples, and skips fields it does not know', () => {
    // Fields 35, 20, 21 and 22: a varint, bytes, eight and four fixed bytes. Numbers above 15 need two bytes.
    const wide = [0x98, 0x02, 1, 0xa2, 0x01, 1, 120, 0xa9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xb5, 0x01, 1, 2, 3, 4];
    const profile = decode(STRINGS, TYPE, SYMBOLS, wide, field(2, [...field(1, [2, 1]), ...VALUE]));
    assert.deepEqual(namesOf(profile, 0), ['main', 'work']);
  });

  it('keeps 64 bits: the least and the largest value, an address, an id', () => {
    const ones = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    const id = [...ones, 1];
    const location = field(4, [...varint(1, ...id), ...varint(3, ...ones, 1)]);
    const values = [...ones.slice(0, 8), 0x7f];
    const profile = decode(TYPE, field(2, [...field(1, id), ...varint(2, ...values)]), location, STRINGS);
    assert.deepEqual([...profile.samples.values], [2n ** 63n - 1n]);
    assert.deepEqual(profile.frames[0]?.address, 2n ** 64n - 1n);
    const least = decode(TYPE, field(2, varint(2, 0x80, ...Array<number>(8).fill(0x80), 1)), STRINGS);
    assert.deepEqual([...least.samples.values], [-(2n ** 63n)]);
  });

  it('lifts the times of samples where all have one', () => {
    const timed = (ns: number): Bytes => field(2, [...VALUE, ...field(3, [...varint(1, 4), ...varint(3, ns)])]);
    const all = decode(TYPE, timed(50), timed(60), varint(9, 40), STRINGS);
    assert.deepEqual([...(all.samples.at ?? [])], [10, 20]);
    assert.deepEqual(all.labelSets, [[]]);
    const some = decode(TYPE, timed(50), field(2, VALUE), varint(9, 40), STRINGS);
    assert.equal(some.samples.at, undefined);
    assert.deepEqual(some.labelSets[1], [{ key: 'end_timestamp_ns', value: 50n }]);
  });

  const sample = (content: Bytes): Bytes => field(2, content);
  const damaged: readonly (readonly [string, Bytes, RegExp])[] = [
    [
      'a location that is not there',
      [...TYPE, ...sample([...field(1, [9]), ...VALUE]), ...STRINGS],
      /location 9, which .* sample 1 of 1/,
    ],
    [
      'a function that is not there',
      [...TYPE, ...field(4, [...varint(1, 1), ...field(4, varint(1, 5))]), ...STRINGS],
      /function 5, .* location 1/,
    ],
    ['an id twice', [...TYPE, ...symbol(1), ...symbol(1), ...STRINGS], /id 1 a second time/],
    ['the id 0', [...TYPE, ...field(4, varint(3, 1)), ...STRINGS], /the reserved id 0/],
    ['a string that is not there', [...field(1, varint(1, 99)), ...STRINGS], /string 99 of a table of 5/],
    ['too few values', [...TYPE, ...TYPE, ...sample(VALUE), ...STRINGS], /1 values for 2 sample types/],
    ['too many values', [...TYPE, ...sample(field(2, [1, 2])), ...STRINGS], /more values than the 1 sample types/],
    ['no sample types', [...sample(VALUE), ...STRINGS], /samples without sample types/],
    ['a table without the empty string', [...TYPE, ...field(6, 'x')], /does not begin with the empty string/],
    [
      'two profiles in one',
      [...TYPE, ...varint(9, 1), ...STRINGS, ...TYPE, ...varint(9, 1)],
      /two profiles in one file/,
    ],
    ['a group', [...TYPE, ...STRINGS, ...TYPE, 4 * 8 + 3], /unknown kind 3 at byte/],
    [
      'a claim of 2 GB',
      [...TYPE, ...STRINGS, ...TYPE, 0x32, 0xff, 0xff, 0xff, 0xff, 7],
      /a field of 2147483647 bytes where 0 are left/,
    ],
    ['a number without end', [...TYPE, ...STRINGS, 9 * 8, ...Array<number>(11).fill(0x80)], /more than ten bytes/],
  ];
  for (const [what, bytes, message] of damaged) {
    it(`refuses ${what}`, () => {
      assert.throws(() => decode(bytes), { code: 'HOLDUP_PROFILE_BROKEN', message });
    });
  }
});
