import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { describe, it } from 'node:test';
import { fixture, mustRead, namesOf, totals } from '../../testing/fixtures.ts';
import { readCpuProfile } from './cpu-profile.ts';
import { readHeapProfile } from './heap-profile.ts';

const frame = { functionName: 'f', scriptId: '1', url: 'file:///a.js', lineNumber: 4, columnNumber: 9 };
const root = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };

function burn(): number {
  let sum = 0;
  for (const until = performance.now() + 30; performance.now() < until; ) sum += Math.sqrt(sum + 1);
  return sum;
}

describe('V8 CPU profile', () => {
  it('reads what Chrome wrote: a sample lasts until the next', () => {
    const profile = mustRead(fixture('speedscope/chrome-65-simple.cpuprofile'));
    assert.equal(profile.duration, 47_892_000n);
    // All but the 11,575 µs before the first sample.
    assert.deepEqual(totals(profile), [29n, 47_892_000n - 11_575_000n]);
    assert.equal(profile.samples.at?.[0], 11_575_000);
    assert.deepEqual(namesOf(profile, 1), ['(anonymous)', 'a', 'b', 'd']);
    assert.deepEqual(profile.frames[3], {
      ...{ name: 'd', file: '', line: 14, column: 11, startLine: 14, module: '', inlined: false },
    });
  });

  it('reads the nested form of before Chrome 58, whose last timestamp is the end', () => {
    const profile = mustRead(fixture('speedscope/node-10-example.cpuprofile'));
    assert.deepEqual(totals(profile), [29n, (163_140_645_206n - 163_140_599_286n) * 1000n]);
    assert.deepEqual(namesOf(profile, 28), ['(anonymous)', 'a', 'c', 'd']);
  });

  it('orders samples that V8 wrote late', () => {
    const nodes = [
      { id: 1, callFrame: root, children: [2, 3] },
      { id: 2, callFrame: frame },
      { id: 3, callFrame: { ...frame, functionName: 'g' } },
    ];
    const profile = readCpuProfile({ nodes, startTime: 0, endTime: 60, samples: [2, 3, 2], timeDeltas: [10, 20, -15] });
    assert.deepEqual([...(profile.samples.at ?? [])], [10_000, 15_000, 30_000]);
    assert.deepEqual([...profile.samples.values], [1n, 5_000n, 1n, 15_000n, 1n, 30_000n]);
    assert.deepEqual(namesOf(profile, 2), ['g']);
  });

  it('shares the time out by hits where it has no samples, and takes parents for children', () => {
    const nodes = [
      { id: 7, callFrame: root },
      { id: 8, callFrame: frame, parent: 7, hitCount: 3 },
      { id: 9, callFrame: { ...frame, functionName: 'g' }, parent: 8, hitCount: 1 },
    ];
    const profile = readCpuProfile({ nodes, startTime: 100, endTime: 500 });
    assert.deepEqual([...profile.samples.values], [3n, 300_000n, 1n, 100_000n]);
    assert.deepEqual(namesOf(profile, 1), ['f', 'g']);
  });

  it('reads what this Node writes', async () => {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    burn();
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const read = readCpuProfile(profile);
    assert.equal(read.samples.stack.length, profile.samples?.length);
    const burning = read.frames.find(({ name }) => name === 'burn');
    assert.match(burning?.file ?? '', /v8\.test\.js$/);
    assert.ok((totals(read)[1] ?? 0n) <= read.duration);
    assert.deepEqual(mustRead(JSON.stringify(profile)), read);
  });

  const damaged: readonly (readonly [string, unknown, RegExp])[] = [
    ['a sample of no node', { nodes: [], samples: [5], timeDeltas: [1] }, /node 5, which is not there, at sample 1/],
    ['samples without times', { nodes: [], samples: [5], timeDeltas: [] }, /1 samples and 0 times/],
    [
      'an id twice',
      {
        nodes: [
          { id: 1, callFrame: root },
          { id: 1, callFrame: root },
        ],
      },
      /id 1 a second time at node 2/,
    ],
    ['a cycle', { nodes: [{ id: 1, callFrame: frame, children: [1] }] }, /a cycle/],
    ['two parents', { nodes: [{ id: 1, callFrame: root, children: [2, 2] }] }, /a second parent at node 2/],
    ['a missing child', { nodes: [{ id: 1, callFrame: root, children: [2] }] }, /a child that is not there at node 2/],
    ['nodes that are none', { nodes: [3] }, /no object at node 1/],
    ['a text for a time', { nodes: [], startTime: 'now' }, /no number at its start/],
  ];
  for (const [what, profile, expected] of damaged) {
    it(`refuses ${what}`, () => {
      assert.throws(() => mustRead(JSON.stringify(profile)), { code: 'HOLDUP_PROFILE_BROKEN', message: expected });
    });
  }

  it('refuses half a file', () => {
    const half = fixture('speedscope/chrome-65-simple.cpuprofile').subarray(0, 700);
    assert.throws(() => mustRead(half), { code: 'HOLDUP_PROFILE_BROKEN', message: /no JSON .* it may be cut off/ });
  });

  it('reads a tree of a hundred thousand calls deep', () => {
    const deep = `${'{"functionName":"f","id":1,"children":['.repeat(100_000)}${']}'.repeat(100_000)}`;
    assert.equal(mustRead(`{"head":${deep}}`).stacks.parent.length, 100_000);
  });
});

describe('V8 heap profile', () => {
  it('has the bytes of each stack', () => {
    const child = { callFrame: frame, selfSize: 300, id: 2, children: [] };
    const profile = mustRead(
      JSON.stringify({ head: { callFrame: root, selfSize: 0, id: 1, children: [child] }, samples: [] }),
    );
    assert.deepEqual(profile.sampleTypes, [{ type: 'inuse_space', unit: 'bytes' }]);
    assert.deepEqual(totals(profile), [300n]);
    assert.deepEqual(profile.frames[0]?.line, 5);
  });

  it('reads what this Node writes', async () => {
    const session = new Session();
    session.connect();
    await session.post('HeapProfiler.startSampling', { samplingInterval: 256 });
    const kept = Array.from({ length: 10_000 }, (_, i) => ({ i }));
    const { profile } = await session.post('HeapProfiler.stopSampling');
    session.disconnect();
    assert.ok((totals(readHeapProfile(profile))[0] ?? 0n) > BigInt(kept.length));
  });
});
