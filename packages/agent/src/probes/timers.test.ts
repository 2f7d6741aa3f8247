import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import timers, { setTimeout as imported } from 'node:timers';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Op } from '@holdup/model';
import { TestKit } from './testing/kit.ts';
import { timersProbe } from './timers.ts';

const MS = 1e6;

/** A crowded machine may let the request go on so late that its timer is no evidence any more. */
const TRIES = 5;

async function pausesOf(kit: TestKit, work: () => Promise<unknown>): Promise<readonly Op[]> {
  for (let tries = 1; ; tries++) {
    const { ops } = await kit.record(work);
    if (ops.length > 0 || tries === TRIES) return ops;
  }
}

describe('timersProbe', () => {
  const pauses = {
    'plain setTimeout': () => new Promise((resolve) => setTimeout(resolve, 60)),
    'setTimeout of node:timers': () => new Promise((resolve) => timers.setTimeout(resolve, 60)),
    'setTimeout imported by name': () => new Promise((resolve) => imported(resolve, 60)),
    'util.promisify(setTimeout)': () => promisify(setTimeout)(60),
    'timers/promises': () => pauseFor(60),
  };
  for (const [name, work] of Object.entries(pauses)) {
    it(`sees a pause by ${name}`, async (t) => {
      const kit = new TestKit();
      kit.install((done) => t.after(done), timersProbe);
      const [op, ...others] = await pausesOf(kit, work);
      assert.deepEqual(kit.failures, []);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [op?.name, op?.account, op?.detail],
        ['pause of 60 ms', 'timer', { kind: 'timer', delayMs: 60 }],
      );
      const took = ((op?.end ?? 0) - (op?.start ?? 0)) / MS;
      assert.ok(took >= 58, `${took} ms`);
    });
  }

  it('takes no timer for a pause that was cleared, or is unreferenced', async (t) => {
    const kit = new TestKit();
    kit.install((done) => t.after(done), timersProbe);
    const { request } = await kit.record(async () => {
      const guard = setTimeout(() => {}, 5_000);
      setTimeout(() => {}, 20).unref();
      await new Promise((resolve) => setImmediate(resolve));
      clearTimeout(guard);
    });
    assert.deepEqual(request.ops, []);
  });

  it('leaves the function as it was', (t) => {
    const before = setTimeout;
    const kit = new TestKit();
    kit.install((done) => t.after(done), timersProbe);
    assert.notEqual(setTimeout, before);
    assert.equal(timers.setTimeout, setTimeout);
    assert.equal(imported, setTimeout);
    assert.deepEqual([setTimeout.name, setTimeout.length], [before.name, before.length]);
    assert.throws(() => Reflect.apply(setTimeout, undefined, ['no function']), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});
