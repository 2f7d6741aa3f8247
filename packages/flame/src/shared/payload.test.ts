import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeColumn, encodeColumn } from './columns.ts';
import { packPayload, unpackPayload } from './payload.ts';

describe('columns', () => {
  it('keep every whole number a double holds', () => {
    const numbers = [0, 1, -1, 63, 64, -64, -65, 8191, 2 ** 31, 2 ** 32, -(2 ** 40), 2 ** 53 - 1, 2 ** 62, 1.5e300];
    assert.deepEqual([...decodeColumn(encodeColumn(numbers), new Float64Array(numbers.length))], numbers);
  });

  it('grow beyond the first guess', () => {
    const numbers = Array.from({ length: 5000 }, (_, at) => at * 1e12);
    assert.deepEqual([...decodeColumn(encodeColumn(numbers), new Float64Array(numbers.length))], numbers);
  });

  it('say when they are cut off', () => {
    const bytes = encodeColumn([1, 1e6]);
    assert.throws(() => decodeColumn(bytes.subarray(0, bytes.length - 1), new Float64Array(2)), /cut off/);
  });
});

describe('packPayload', () => {
  it('comes back as it was', () => {
    const payload = {
      title: 'a</script><b>',
      types: [{ type: 'cpu', unit: 'nanoseconds' }],
      defaultType: 0,
      functions: { name: ['main', '\u2028”'], file: ['', 'x.js'], line: [0, 3], module: ['', ''] },
      ownFolder: '/srv/',
      labelSets: [[], [{ key: 'route', value: 'GET /' }]],
      notes: [],
      timeMs: 0,
      durationNs: 0,
      parent: Int32Array.of(-1, 0, 0),
      fn: Int32Array.of(0, 1, 0),
      sampleNode: Int32Array.of(-1, 1, 2, 0),
      sampleLabels: Int32Array.of(0, 1, 0, 1),
      values: [Float64Array.of(5, 7, 2 ** 50, -3)],
      baseValues: [],
    };
    assert.deepEqual(unpackPayload(packPayload(payload)), payload);
  });

  it('keeps columns that differ by a factor once', () => {
    const count = Float64Array.from({ length: 1000 }, (_, at) => (at * 7919) % 1013);
    const facts = { title: '', functions: { name: [], file: [], line: [], module: [] }, labelSets: [], notes: [] };
    const none = new Int32Array(0);
    const columns = { parent: none, fn: none, sampleNode: none, sampleLabels: none, baseValues: [] };
    const rest = { ownFolder: '', types: [], defaultType: 0, timeMs: 0, durationNs: 0 };
    const types = [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ];
    const both = { ...facts, ...columns, ...rest, types, values: [count, count.map((value) => value * 1e7)] };
    const packed = packPayload(both);
    assert.ok(packed.length < 3000, `${packed.length}`);
    assert.deepEqual(unpackPayload(packed).values, both.values);
  });
});
