import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gate } from '../../recorder/gate.ts';
import { TestKit } from '../testing/kit.ts';
import { locksProbe } from './locks.ts';

const kit = new TestKit();
const load = createRequire(import.meta.url);
let uninstall: () => void;

before(() => {
  uninstall = locksProbe.install(kit);
});

after(() => {
  assert.deepEqual(kit.failures, []);
  uninstall();
});

/** A holder that stays until a waiter, who comes when it has begun, has waited for 40 ms. */
async function meet(use: (work: () => Promise<unknown>) => Promise<unknown>) {
  const events = new EventEmitter();
  const began = once(events, 'began');
  const stay = async () => {
    events.emit('began');
    await once(events, 'enough');
  };
  const holding = kit.record(() => use(stay), '/holder');
  await began;
  const waiting = kit.record(() => use(async () => 'mine'), '/waiter');
  await sleep(40);
  events.emit('enough');
  const [holder, waiter] = await Promise.all([holding, waiting]);
  const wait = waiter.op('resource-wait');
  const hold = waiter.recording.holds.find((each) => each.holder.route === 'GET /holder');
  return { holder, waiter, wait, hold };
}

function assertWaited({ holder, wait, hold }: Awaited<ReturnType<typeof meet>>, capacity: number | undefined) {
  assert.equal(wait.account, 'lock.queue');
  assert.deepEqual([wait.detail.capacity, wait.detail.held, wait.detail.waiting], [capacity, 1, 0]);
  assert.equal(holder.opsOf('resource-wait').length, 0, 'it was free for the first');
  assert.ok(hold?.end !== undefined && Math.abs(hold.end - (wait.end ?? 0)) < 20e6, 'the wait ends as the hold does');
  assert.equal(hold.unit, wait.detail.unit, 'the same place was handed on');
  assert.ok((wait.end ?? 0) - wait.start > 30e6);
}

describe('async-mutex', () => {
  for (const [kind, from] of [
    ['ES module', () => import('async-mutex')],
    ['CommonJS', async () => load('async-mutex') as typeof import('async-mutex')],
  ] as const) {
    it(`records who waited for a mutex and who had it (${kind})`, async () => {
      const { Mutex } = await from();
      const mutex = new Mutex();
      const seen = await meet((work) => mutex.runExclusive(work));
      assertWaited(seen, 1);
      const name = seen.waiter.recording.resources.get(seen.wait.detail.resource)?.name ?? '';
      assert.match(name, /^the mutex of locks\.test\.[jt]s:\d+$/);
    });
  }

  it('knows which place a releaser gives back, and one given back by hand', async () => {
    const { Semaphore } = await import('async-mutex');
    const semaphore = new Semaphore(2);
    await kit.record(async () => {
      const [, first] = await semaphore.acquire();
      const [, second] = await semaphore.acquire();
      second();
      first();
      await semaphore.acquire();
      semaphore.release();
    });
    assert.equal(semaphore.getValue(), 2);
    const [, release] = await semaphore.acquire();
    const seen = await meet((work) => semaphore.runExclusive(work));
    assert.deepEqual(
      [seen.wait.detail.capacity, seen.wait.detail.held, seen.wait.detail.unit],
      [2, 2, seen.hold?.unit],
    );
    release();
    assert.equal(kit.flight.openHolds.size, 0);
  });

  it('ends the waits of those who were sent away', async () => {
    const { Mutex } = await import('async-mutex');
    const mutex = new Mutex();
    const release = await mutex.acquire();
    const waiter = kit.record(() => assert.rejects(mutex.acquire(), /canceled/));
    await sleep(5);
    mutex.cancel();
    const wait = (await waiter).op('resource-wait');
    assert.ok(wait.end !== undefined);
    release();
  });

  it('keeps a lock that is never given back in the hands of the request that ended', async () => {
    const { Mutex } = await import('async-mutex');
    const mutex = new Mutex();
    await kit.record(() => mutex.acquire(), '/leak');
    const waiter = kit.begin('/waiter');
    kit.context.run(waiter, () => void mutex.acquire());
    await sleep(10);
    const { recording } = kit.cut(waiter);
    const hold = recording.holds.find(({ holder }) => holder.route === 'GET /leak');
    assert.ok(hold !== undefined && hold.end === undefined && hold.holder.requestEnd !== undefined);
    mutex.release();
    mutex.release();
    kit.flight.finish(waiter, performance.now());
  });
});

describe('p-limit', () => {
  it('records who waited for a turn and whose task was running', async () => {
    const { default: pLimit } = await import('p-limit');
    const limit = pLimit(1);
    assertWaited(await meet((work) => limit(work)), 1);
    assert.deepEqual([limit.activeCount, limit.pendingCount, limit.concurrency], [0, 0, 1]);
  });

  it('changes nothing that its tasks or callers see', async () => {
    const { default: pLimit } = await import('p-limit');
    const limit = pLimit(2);
    assert.equal(await limit((a: number, b: number) => a + b, 1, 2), 3);
    await assert.rejects(
      limit(() => Promise.reject(new Error('mine'))),
      /mine/,
    );
    await assert.rejects(
      limit(() => {
        throw new Error('thrown');
      }),
      /thrown/,
    );
    let asked = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder is one
      then(resolve: (value: string) => void) {
        asked++;
        resolve('rows');
      },
    };
    assert.equal(await limit(() => lazy as unknown as Promise<string>), 'rows');
    assert.equal(asked, 1, 'a query builder runs once');
    assert.deepEqual(await limit.map([1, 2, 3], async (n) => n * 2), [2, 4, 6]);
    assert.equal(limit.activeCount, 0);
    // @ts-expect-error what is no function fails as before
    await assert.rejects(limit(7), TypeError);
  });

  it('takes what a request does within its own limit for its own work', async () => {
    const { default: pLimit } = await import('p-limit');
    const recorded = await kit.record(async () => {
      const limit = pLimit(1);
      await Promise.all([1, 2, 3].map(() => limit(() => sleep(20))));
    });
    const waited = recorded.opsOf('resource-wait').reduce((sum, op) => sum + ((op.end ?? 0) - op.start), 0);
    assert.equal(waited, 0);
    assert.equal(recorded.opsOf('timer').length, 0);
  });
});

describe('p-queue', () => {
  it('records who waited for a turn and whose task was running', async () => {
    const { default: PQueue } = await import('p-queue');
    const queue = new PQueue({ concurrency: 1 });
    assertWaited(await meet((work) => queue.add(work)), 1);
  });

  it('lets a task run for the request that brought it, whoever made room for it', async () => {
    const { default: PQueue } = await import('p-queue');
    const queue = new PQueue({ concurrency: 1 });
    const seen: (string | undefined)[] = [];
    const note = async () => {
      await sleep(10);
      seen.push(kit.context.current()?.target);
    };
    await Promise.all([
      kit.record(() => queue.add(note), '/a'),
      kit.record(() => queue.add(note), '/b'),
      queue.add(note),
      kit.record(() => queue.addAll([note]), '/c'),
    ]);
    assert.deepEqual(seen, ['/a', '/b', undefined, '/c']);
  });

  it('forgets those who wait for what was cleared', async () => {
    const { default: PQueue } = await import('p-queue');
    const queue = new PQueue({ concurrency: 1 });
    const running = queue.add(() => sleep(20));
    const waiter = kit.begin('/waiter');
    kit.context.run(waiter, () => void queue.add(() => sleep(1)).catch(() => {}));
    queue.clear();
    await running;
    await queue.add(async () => 1);
    assert.ok(kit.cut(waiter).op('resource-wait').end !== undefined);
    kit.flight.finish(waiter, performance.now());
  });
});

describe('bottleneck', () => {
  it('records who waited for a turn and whose job was running', async () => {
    const { default: Bottleneck } = await import('bottleneck');
    const limiter = new Bottleneck({ maxConcurrent: 1 });
    const { waiter, wait, hold } = await meet((work) => limiter.schedule(work));
    assert.deepEqual([wait.account, wait.detail.capacity, wait.detail.held], ['lock.queue', 1, 1]);
    assert.ok(hold?.end !== undefined && hold.unit === wait.detail.unit && wait.end !== undefined);
    assert.ok(wait.end - wait.start > 30e6 && hold.end <= wait.end);
    assert.match(waiter.recording.resources.get(wait.detail.resource)?.name ?? '', /bottleneck.*locks\.test/);
    assert.equal(kit.flight.openHolds.size, 0);
  });

  it('lets a job run for the request that brought it, and changes nothing else', async () => {
    const { default: Bottleneck } = await import('bottleneck');
    const limiter = new Bottleneck({ maxConcurrent: 1 });
    const seen: (string | undefined)[] = [];
    const note = async () => {
      await sleep(5);
      seen.push(kit.context.current()?.target);
    };
    const wrapped = limiter.wrap(note);
    await Promise.all([
      kit.record(() => limiter.schedule(note), '/a'),
      kit.record(() => wrapped(), '/b'),
      limiter.schedule(note),
    ]);
    assert.deepEqual(seen, ['/a', '/b', undefined]);
    await assert.rejects(
      limiter.schedule(() => Promise.reject(new Error('mine'))),
      /mine/,
    );
    assert.deepEqual(limiter.counts(), { RECEIVED: 0, QUEUED: 0, RUNNING: 0, EXECUTING: 0 });
  });

  it('names nobody where the rate is what limits, and forgets what is dropped', async () => {
    const { default: Bottleneck } = await import('bottleneck');
    const slow = new Bottleneck({ minTime: 60 });
    await slow.schedule(async () => 1);
    const waiter = await kit.record(() => slow.schedule(async () => 2), '/waiter');
    const wait = waiter.op('resource-wait');
    assert.ok((wait.end ?? 0) - wait.start > 30e6 && wait.detail.held === 0);
    const one = new Bottleneck({ maxConcurrent: 1 });
    const events = new EventEmitter();
    const running = one.schedule(async () => {
      events.emit('started');
      await once(events, 'finish');
    });
    await once(events, 'started');
    const dropped = kit.record(() => assert.rejects(one.schedule(async () => 3)));
    const stopped = one.stop({ dropWaitingJobs: true });
    assert.ok((await dropped).op('resource-wait').end !== undefined);
    events.emit('finish');
    await Promise.all([running, stopped]);
  });
});

describe('generic-pool', () => {
  const open = async (config: { max: number; acquireTimeoutMillis?: number }) => {
    const { createPool } = await import('generic-pool');
    return createPool({ create: async () => ({}), destroy: async () => {} }, config);
  };

  it('records who waited for a resource and who had it', async () => {
    const pool = await open({ max: 1 });
    const seen = await meet((work) => pool.use(work));
    assertWaited(seen, 1);
    assert.match(
      seen.waiter.recording.resources.get(seen.wait.detail.resource)?.name ?? '',
      /generic-pool.*locks\.test/,
    );
    assert.equal(kit.flight.openHolds.size, 0);
  });

  it('leaves alone who need not wait, and those who take time to make one', async () => {
    const pool = await open({ max: 2 });
    const first = await kit.record(() => pool.use(() => sleep(1)));
    assert.equal(first.opsOf('resource-wait').length, 0);
    const [one, two] = [await pool.acquire(), await pool.acquire()];
    await pool.destroy(one);
    await pool.release(two);
    const again = await kit.record(() => pool.use(() => sleep(1)));
    assert.equal(again.opsOf('resource-wait').length, 0);
  });

  it('records a wait that timed out, and the library’s own error', async () => {
    const pool = await open({ max: 1, acquireTimeoutMillis: 30 });
    const held = await pool.acquire();
    const waiter = await kit.record(() => assert.rejects(pool.acquire(), { name: 'TimeoutError' }));
    assert.equal(waiter.op('resource-wait').failure?.timeout, true);
    await pool.release(held);
    assert.equal(await pool.acquire(), held);
  });
});

describe('gate', () => {
  it('keeps nothing of those who never got in one another’s way', async () => {
    const gate = new Gate(kit.flight, { kind: 'lock', label: 'mine', capacity: () => 1 });
    const before = [kit.flight.closedGateHolds.size, kit.flight.resources.size];
    for (let i = 0; i < 100; i++) {
      const request = kit.begin('/quick');
      gate.release(gate.take(request));
      kit.flight.finish(request, performance.now());
    }
    assert.deepEqual([kit.flight.closedGateHolds.size, kit.flight.resources.size], before);
    assert.equal(gate.holds.size, 0);
  });

  it('shows that a request waits for itself', async () => {
    const gate = new Gate(kit.flight, { kind: 'lock', label: 'mine', capacity: () => 1 });
    const request = kit.begin('/self');
    const hold = gate.take(request);
    gate.wait(request);
    await sleep(5);
    const { recording } = kit.cut(request);
    const wait = kit.cut(request).op('resource-wait');
    assert.equal(wait.end, undefined);
    assert.equal(recording.holds.find(({ resource }) => resource === wait.detail.resource)?.end, undefined);
    gate.release(hold);
    kit.flight.finish(request, performance.now());
  });
});
