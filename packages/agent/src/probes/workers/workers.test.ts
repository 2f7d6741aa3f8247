import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestKit } from '../testing/kit.ts';
import { workersProbe } from './workers.ts';

const SLEEP = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);';
/** Workers that sleep as long as they are told; `-1` fails. */
const MODULE = `export default (ms) => {
  if (ms < 0) throw new RangeError('not so fast');
  ${SLEEP}
  return ms;
}`;
/** workerpool stringifies what it runs. */
const nap = new Function('ms', `if (ms < 0) throw new RangeError('not so fast'); ${SLEEP} return ms;`) as (
  ms: number,
) => number;

const kit = new TestKit();
let uninstall: () => void;
let folder: string;

interface Opened {
  run(ms: number, signal?: AbortSignal): Promise<unknown>;
}
type Scope = { after: (fn: () => unknown) => void };

/** One contract, every library. */
const LIBRARIES: Readonly<Record<string, (test: Scope) => Promise<Opened>>> = {
  async piscina(test) {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({ filename: join(folder, 'sleep.mjs'), minThreads: 1, maxThreads: 1 });
    test.after(() => pool.destroy());
    return { run: (ms, signal) => pool.run(ms, signal === undefined ? {} : { signal }) };
  },
  async tinypool(test) {
    const { Tinypool } = await import('tinypool');
    const pool = new Tinypool({ filename: join(folder, 'sleep.mjs'), minThreads: 1, maxThreads: 1 });
    test.after(() => pool.destroy());
    return { run: (ms, signal) => pool.run(ms, signal === undefined ? {} : { signal }) };
  },
  async workerpool(test) {
    const { default: workerpool } = await import('workerpool');
    const pool = workerpool.pool({ minWorkers: 1, maxWorkers: 1, workerType: 'thread' });
    test.after(() => pool.terminate(true));
    return {
      run(ms, signal) {
        const promise = pool.exec(nap, [ms]);
        signal?.addEventListener('abort', () => void promise.cancel());
        return Promise.resolve(promise);
      },
    };
  },
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workers-'));
  await writeFile(join(folder, 'sleep.mjs'), MODULE);
  uninstall = workersProbe.install(kit);
});

after(async () => {
  assert.deepEqual(kit.failures, []);
  uninstall();
  await rm(folder, { recursive: true });
});

for (const [name, open] of Object.entries(LIBRARIES)) {
  describe(name, () => {
    it('records the wait for a worker, the task, and whose tasks the workers had', async (test) => {
      const pool = await open(test);
      await pool.run(0);
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
      const pooled = waiter.recording.resources.get(task.detail.pool);
      assert.ok(pooled?.kind === 'worker-pool' && pooled.name.includes(name));
      assert.equal(kit.flight.openHolds.size, 0);
    });

    it('changes nothing for its callers: results, errors, aborts', async (test) => {
      const pool = await open(test);
      assert.equal(await pool.run(3), 3);
      // Not all of them hand its class on.
      const failed = await kit.record(() => assert.rejects(pool.run(-1), { message: 'not so fast' }));
      assert.ok(failed.op('worker-task').failure !== undefined);
      const running = pool.run(80);
      const stop = new AbortController();
      const aborted = kit.record(() => assert.rejects(pool.run(1, stop.signal)));
      await sleep(10);
      stop.abort();
      assert.ok((await aborted).op('resource-wait').end !== undefined);
      await running;
      assert.equal(await pool.run(1), 1);
    });

    it('takes the worker from a task that is aborted', async (test) => {
      const pool = await open(test);
      await pool.run(0);
      const stop = new AbortController();
      const request = kit.begin('/aborted');
      const aborted = kit.context.run(request, () => assert.rejects(pool.run(5_000, stop.signal)));
      await sleep(30);
      stop.abort();
      await aborted;
      assert.equal(await pool.run(2), 2);
      assert.ok(kit.cut(request).op('worker-task').end !== undefined);
      kit.flight.finish(request, performance.now());
    });
  });
}
