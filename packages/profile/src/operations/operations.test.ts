import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { ProfileBuilder } from '../build/profile-builder.ts';
import { encodePprof } from '../formats/pprof/encode.ts';
import type { Profile } from '../profile.ts';
import { fixture, mustRead, namesOf, totals } from '../testing/fixtures.ts';
import { anyProfile } from '../testing/random-profile.ts';
import { compareProfiles, diffProfiles } from './diff.ts';
import { filterByLabel, filterByTime, focusFrames, hideFrames, ignoreFrames, showFrom } from './filter.ts';
import { invertProfile } from './invert.ts';
import { mergeProfiles } from './merge.ts';

const profile = mustRead('main;work;parse 5\nmain;work;wait 7\nmain;idle 11\nother;work;parse 13\n');
/** Fewer than usual: each makes a dozen profiles. */
const RUNS = 30;

const stacksOf = (of: Profile): string[] =>
  Array.from(of.samples.stack, (_, i) => `${namesOf(of, i).join(';')} ${of.samples.values[i]}`);

describe('filters', () => {
  it('focus keeps, ignore drops samples by frame', () => {
    assert.deepEqual(totals(focusFrames(profile, 'work')), [25n]);
    assert.deepEqual(stacksOf(focusFrames(profile, /^par/g)), ['main;work;parse 5', 'other;work;parse 13']);
    assert.deepEqual(stacksOf(ignoreFrames(profile, 'work')), ['main;idle 11']);
  });

  it('hide takes frames out, what was inlined into them stands alone', () => {
    assert.deepEqual(stacksOf(hideFrames(profile, 'work'))[3], 'other;parse 13');
    assert.deepEqual(stacksOf(hideFrames(profile, /./)), [' 5', ' 7', ' 11', ' 13']);
    const builder = new ProfileBuilder({ sampleTypes: profile.sampleTypes });
    const into = builder.stack(builder.stack(-1, builder.frame({ name: 'main' })), builder.frame({ name: 'big' }));
    builder.sample(builder.stack(into, builder.frame({ name: 'small', inlined: true })), [1]);
    const hidden = hideFrames(builder.build(), 'big');
    assert.deepEqual(stacksOf(mustRead(encodePprof(hidden))), ['main;small 1']);
    assert.equal(hidden.frames.at(-1)?.inlined, false);
  });

  it('showFrom begins stacks at the outermost match', () => {
    assert.deepEqual(stacksOf(showFrom(profile, /work|parse/)), ['work;parse 5', 'work;wait 7', 'work;parse 13']);
  });

  it('labels match by part or pattern, numbers as decimals', () => {
    const go = mustRead(fixture('go/goroutine.2.txt'));
    assert.deepEqual(totals(filterByLabel(go, 'state', 'chan')), [3n]);
    assert.deepEqual(totals(filterByLabel(go, 'goroutine', /^1$/)), [1n]);
    assert.deepEqual(totals(filterByLabel(go, 'route', '')), [0n]);
  });

  it('time is from, up to but not including; sums have none', () => {
    const chrome = mustRead(fixture('speedscope/chrome-65-simple.cpuprofile'));
    assert.equal(filterByTime(chrome, 0, 11_575_000)?.samples.stack.length, 0);
    assert.equal(filterByTime(chrome, 11_575_000, 11_575_001)?.samples.at?.length, 1);
    assert.equal(filterByTime(profile, 0, 1), undefined);
  });
});

describe('invertProfile', () => {
  it('turns stacks around, and back', () => {
    assert.deepEqual(stacksOf(invertProfile(profile))[0], 'parse;work;main 5');
    assert.deepEqual(stacksOf(invertProfile(invertProfile(profile))), stacksOf(profile));
  });
});

describe('mergeProfiles', () => {
  it('adds up what is equal and keeps every total', () => {
    const modulo = (values: readonly bigint[]): bigint[] => values.map((value) => BigInt.asIntN(64, value));
    fc.assert(
      fc.property(anyProfile, anyProfile, (one, other) => {
        const merged = mergeProfiles([one, other]);
        const sums = totals(one).map((sum, type) => sum + (totals(other)[type] ?? 0n));
        assert.deepEqual(modulo(totals(merged)), modulo(sums));
        assert.ok(merged.samples.stack.length <= one.samples.stack.length + other.samples.stack.length);
      }),
    );
    assert.deepEqual(stacksOf(mergeProfiles([profile, profile]))[0], 'main;work;parse 10');
  });

  it('finds the same types in another order, and refuses others', () => {
    const types = [
      { type: 'a', unit: 'count' },
      { type: 'b', unit: 'bytes' },
    ];
    const make = (sampleTypes: typeof types, values: readonly number[]): Profile => {
      const builder = new ProfileBuilder({ sampleTypes });
      builder.sample(-1, values);
      return builder.build();
    };
    const merged = mergeProfiles([make(types, [1, 20]), make(types.toReversed(), [30, 4])]);
    assert.deepEqual([...merged.samples.values], [5n, 50n]);
    const message = /a\/count, b\/bytes and samples\/count; take two of one kind/;
    assert.throws(() => mergeProfiles([make(types, [1, 2]), profile]), { code: 'HOLDUP_PROFILE_MISMATCH', message });
  });
});

/** What a profile says, whatever the order of its samples: stack, labels and time, with the sum of each value that is not 0. */
function contentOf(of: Profile): Map<string, string> {
  const sums = new Map<string, bigint[]>();
  const types = of.sampleTypes.length;
  of.samples.stack.forEach((_, i) => {
    const frames: string[] = [];
    for (let at = of.samples.stack[i] ?? -1; at >= 0; at = of.stacks.parent[at] ?? -1) {
      const { mapping, ...facts } = of.frames[of.stacks.frame[at] ?? 0] ?? {};
      frames.push(inspect([facts, mapping?.file]));
    }
    const labels = (of.labelSets[of.samples.labels[i] ?? 0] ?? []).map((label) => inspect(label)).toSorted();
    const key = inspect([frames, labels], { maxArrayLength: null, maxStringLength: null });
    const known = sums.get(key) ?? Array<bigint>(types).fill(0n);
    sums.set(
      key,
      known.map((sum, type) => BigInt.asIntN(64, sum + (of.samples.values[i * types + type] ?? 0n))),
    );
  });
  const told = [...sums].filter(([, values]) => values.some((value) => value !== 0n));
  return new Map(told.map(([key, values]): [string, string] => [key, values.join()]).toSorted());
}

const union = (...parts: readonly Profile[]): Map<string, string> => {
  const [first = profile, ...rest] = parts;
  return contentOf(mergeProfiles([first, ...rest]));
};

describe('algebra', () => {
  const modulo = (values: readonly bigint[]): bigint[] => values.map((value) => BigInt.asIntN(64, value));

  it('merging does not depend on the order or on what is merged first', () => {
    fc.assert(
      fc.property(anyProfile, anyProfile, anyProfile, (a, b, c) => {
        assert.deepEqual(union(a, b), union(b, a));
        assert.deepEqual(union(mergeProfiles([a, b]), c), union(a, mergeProfiles([b, c])));
        assert.deepEqual(union(a), contentOf(a));
      }),
      { numRuns: RUNS },
    );
  });

  it('the difference of a profile with itself is nothing, and of two adds up', () => {
    fc.assert(
      fc.property(anyProfile, anyProfile, (a, b) => {
        const isZero = (sum: bigint): boolean => BigInt.asIntN(64, sum) === 0n;
        assert.ok(totals(diffProfiles(a, a)).every(isZero));
        const [sums, bases] = [totals(a), totals(b)];
        const changes = sums.map((sum, type) => sum - (bases[type] ?? 0n));
        assert.deepEqual(modulo(totals(diffProfiles(a, b))), modulo(changes));
        assert.deepEqual(modulo(totals(compareProfiles(a, b))), modulo([...sums, ...bases]));
      }),
      { numRuns: RUNS },
    );
  });

  it('a filter and its opposite share the whole', () => {
    fc.assert(
      fc.property(anyProfile, fc.constantFrom('f', 'g', 'main', /^.?$/), fc.nat(), (some, pattern, cut) => {
        assert.deepEqual(union(focusFrames(some, pattern), ignoreFrames(some, pattern)), contentOf(some));
        const [before, after] = [filterByTime(some, -Infinity, cut), filterByTime(some, cut, Infinity)];
        if (before && after) assert.deepEqual(union(before, after), contentOf(some));
        const keys = new Set(some.labelSets.flatMap((set) => set.map(({ key }) => key)));
        for (const key of keys) {
          const has = (i: number): boolean => some.labelSets[i]?.some((label) => label.key === key) ?? false;
          const expected = [...some.samples.labels].filter(has).length;
          assert.equal(filterByLabel(some, key, '').samples.stack.length, expected);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('turning, hiding and laying out keep every total', () => {
    fc.assert(
      fc.property(anyProfile, (some) => {
        const whole = totals(some);
        assert.deepEqual(totals(invertProfile(some)), whole);
        assert.deepEqual(contentOf(invertProfile(invertProfile(some))), contentOf(some));
        assert.deepEqual(totals(hideFrames(some, 'f')), whole);
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps the times of samples where all profiles know theirs', () => {
    const timed = (time: bigint, at: readonly number[]): Profile => {
      const builder = new ProfileBuilder({ sampleTypes: profile.sampleTypes, time });
      const work = builder.stack(-1, builder.frame({ name: 'work' }));
      for (const moment of at) builder.sample(work, [1], [], moment);
      return builder.build();
    };
    const merged = mergeProfiles([timed(1_500n, [0, 250]), timed(1_000n, [500, 900])]);
    assert.equal(merged.time, 1_000n);
    assert.deepEqual([...(merged.samples.at ?? [])], [500, 750, 900]);
    assert.deepEqual([...merged.samples.values], [2n, 1n, 1n]);
    assert.equal(mergeProfiles([timed(1_500n, [0]), timed(0n, [0])]).samples.at, undefined);
    assert.equal(diffProfiles(timed(5n, [1]), timed(5n, [1])).samples.at, undefined);
  });

  it('adds up equal samples however many stacks there are', () => {
    const many = mustRead(Array.from({ length: 3_000 }, (_, i) => `main;f${i};g${i} 1`).join('\n'));
    const merged = mergeProfiles([many, many]);
    assert.equal(merged.samples.stack.length, 3_000);
    assert.ok(merged.samples.values.every((value) => value === 2n));
  });
});

describe('differences', () => {
  const later = mustRead('main;work;parse 6\nmain;idle 1\nmain;new 2\n');

  it('diff has the base negative and labelled as pprof does', () => {
    const diff = diffProfiles(later, profile);
    assert.deepEqual(totals(diff), [9n - 36n]);
    assert.deepEqual(totals(filterByLabel(diff, 'pprof::base', 'true')), [-36n]);
  });

  it('compare has both side by side', () => {
    const both = compareProfiles(later, profile);
    assert.deepEqual(
      both.sampleTypes.map(({ type }) => type),
      ['samples', 'base samples'],
    );
    assert.deepEqual(totals(both), [9n, 36n]);
    const idle = stacksOf(both).findIndex((stack) => stack.startsWith('main;idle'));
    assert.deepEqual([...both.samples.values.subarray(idle * 2, idle * 2 + 2)], [1n, 11n]);
  });
});
