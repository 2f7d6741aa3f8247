import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProfileBuilder } from './profile-builder.ts';

const CPU = { type: 'cpu', unit: 'nanoseconds' };

describe('ProfileBuilder', () => {
  it('makes one of equal frames, stacks and label sets', () => {
    const builder = new ProfileBuilder({ sampleTypes: [CPU] });
    for (const value of [1, 2n]) {
      const main = builder.stack(-1, builder.frame({ name: 'main', line: 3 }));
      const work = builder.stack(main, builder.frame({ name: 'work' }));
      builder.sample(work, [value], [{ key: 'route', value: 'GET /' }]);
    }
    const profile = builder.build();
    assert.deepEqual(
      profile.frames.map(({ name, line }) => [name, line]),
      [
        ['main', 3],
        ['work', 0],
      ],
    );
    assert.deepEqual([...profile.stacks.parent], [-1, 0]);
    assert.deepEqual([...profile.samples.values], [1n, 2n]);
    assert.deepEqual([...profile.samples.labels], [1, 1]);
    assert.deepEqual(profile.labelSets, [[], [{ key: 'route', value: 'GET /' }]]);
  });

  it('tells frames apart by each of their facts, and a number from the same digits', () => {
    const builder = new ProfileBuilder({ sampleTypes: [CPU] });
    const facts = [{ file: 'a' }, { module: 'a' }, { line: 1 }, { column: 1 }, { startLine: 1 }, { inlined: true }];
    const frames = [{}, ...facts, { address: 1n }, { systemName: '' }, { folded: true as const }];
    const ids = new Set(frames.map((some) => builder.frame({ name: 'f', ...some })));
    assert.equal(ids.size, frames.length);
    builder.sample(-1, [1], [{ key: 'id', value: '1' }]);
    builder.sample(-1, [1], [{ key: 'id', value: 1n }]);
    assert.deepEqual([...builder.build().samples.labels], [1, 2]);
  });

  it('grows with its samples and keeps 64-bit values exact', () => {
    const builder = new ProfileBuilder({ sampleTypes: [CPU, CPU] });
    const most = 2n ** 63n - 1n;
    for (let i = 0; i < 5000; i++) {
      builder.sample(builder.stack(-1, builder.frame({ name: `f${i}` })), [i, most], [], i * 10);
    }
    const { samples, stacks } = builder.build();
    assert.equal(samples.stack.length, 5000);
    assert.equal(samples.values.length, 10_000);
    assert.deepEqual([samples.values[9998], samples.values[9999], samples.at?.[4999]], [4999n, most, 49_990]);
    assert.equal(stacks.frame[4999], 4999);
  });
});
