import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Piscina } from 'piscina';
import { piscinaProbe } from './piscina.ts';
import { TestKit } from './testing/kit.ts';

/** A worker that sleeps as long as it is told; `-1` fails. */
const WORKER = `export default (ms) => {
  if (ms < 0) throw new RangeError('not so fast');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return ms;
}`;

const kit = new TestKit();
let uninstall: () => void;
let folder: string;

async function open(test: { after: (fn: () => Promise<void>) => void }, threads: number): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({ filename: join(folder, 'sleep.mjs'), minThreads: threads, maxThreads: threads });
  test.after(() => pool.destroy());
  await pool.run(0);
  return pool;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workers-'));
  await writeFile(join(folder, 'sleep.mjs'), WORKER);
  uninstall = piscinaProbe.install(kit);
});

after(async () => {
  assert.deepEqual(kit.failures, []);
  uninstall();
  await rm(folder, { recursive: true });
});

describe('piscina', () => {
  it('records the wait for a worker, the task, and whose tasks the workers had', async (test) => {
    const pool = await open(test, 1);
    const holding = kit.record(() => pool.run(150), '/holder');
    await sleep(40);
    const waiter = await kit.record(() => pool.run(20), '/waiter');
    await holding;
    const [wait, task] = [waiter.op('resource-wait'), waiter.op('worker-task')];
    assert.deepEqual([wait.account, wait.detail.capacity, wait.detail.held], ['worker.queue', 1, 1]);
    assert.ok(wait.end !== undefined && wait.end - wait.start > 40e6 && wait.end <= task.start);
    assert.equal(task.account, 'worker.run');
    assert.ok(task.end !== undefined && task.end - task.start >= 19e6);
    const hold = waiter.recording.holds.find(({ holder }) => holder.route === 'GET /holder');
    assert.ok(hold?.end !== undefined && hold.unit === wait.detail.unit);
    assert.equal(waiter.recording.resources.get(task.detail.pool)?.kind, 'worker-pool');
    assert.equal(kit.flight.openHolds.size, 0);
  });

  it('changes nothing for its callers: results, errors, aborts', async (test) => {
    const pool = await open(test, 1);
    assert.equal(await pool.run(3), 3);
    const failed = await kit.record(() => assert.rejects(pool.run(-1), RangeError));
    assert.equal(failed.op('worker-task').failure?.name, 'RangeError');
    const running = pool.run(80);
    const stop = new AbortController();
    const aborted = kit.record(() => assert.rejects(pool.run(1, { signal: stop.signal }), { name: 'AbortError' }));
    await sleep(10);
    stop.abort();
    assert.ok((await aborted).op('resource-wait').end !== undefined);
    await running;
    assert.equal(await pool.run(1), 1);
  });

  it('takes the worker from a task that is aborted', async (test) => {
    const pool = await open(test, 1);
    const stop = new AbortController();
    const aborted = kit.record(() => assert.rejects(pool.run(5_000, { signal: stop.signal })));
    await sleep(30);
    stop.abort();
    assert.ok((await aborted).op('worker-task').end !== undefined);
    assert.equal(await pool.run(2), 2);
  });
});
