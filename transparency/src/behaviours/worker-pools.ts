import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import { seeCall, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeSurface } from '../see/surface.ts';
import { ownKeys, watch } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

const filename = fileURLToPath(new URL('../see/worker-task.js', import.meta.url));
const storage = new AsyncLocalStorage<string>();

/** What piscina and tinypool have both. */
interface Pool {
  readonly threads: readonly { readonly threadId?: number }[];
  readonly queueSize: number;
  readonly completed: number;
  run(task: unknown, options?: object): Promise<unknown>;
}

async function useBoth(stage: Stage, pool: Pool): Promise<void> {
  const { see } = stage;
  watch(stage.side('pool'), 'pool', pool as never);
  const first = pool.run({ ms: 3 });
  const waiting = pool.run({ ms: 1 });
  see(pool.queueSize, pool.threads.length);
  await seeOrder(see, { first, waiting, fails: pool.run({ fail: true }), last: pool.run({}) });
  await seeSettled(see, 'works', pool.run({}));
  await seeSettled(see, 'fails', pool.run({ fail: true }));
  const { port1, port2 } = new MessageChannel();
  await seeSettled(see, 'port', pool.run(port1, { name: 'other', transferList: [port1] }));
  port2.close();
  await seeSettled(see, 'not clonable', (async () => pool.run(() => {}))());
  await seeSettled(see, 'no such name', pool.run({}, { name: 'none' }));
  const controller = new AbortController();
  const { signal } = controller;
  const busy = pool.run({ ms: 3 });
  const aborted = pool.run({}, { signal });
  see(getEventListeners(signal, 'abort').length, pool.queueSize);
  controller.abort();
  await seeSettled(see, 'aborted', aborted);
  see(getEventListeners(signal, 'abort').length, pool.queueSize);
  await seeSettled(see, 'aborted before', pool.run({}, { signal }));
  await busy;
  await storage.run('mine', () => pool.run({}).then(() => see(storage.getStore())));
  see(pool.completed);
}

export const behaviours: Behaviours = {
  async piscina(stage) {
    const pool = new Piscina({ filename, maxThreads: 1, minThreads: 1 });
    stage.after(() => pool.destroy());
    await useBoth(stage, pool as never);
    await seeSettled(stage.see, 'exits', pool.run({ exit: 3 }));
    stage.see(pool.listenerCount('error'), pool.options.maxThreads, pool.needsDrain);
    seeSurface(stage.see, 'Piscina', Piscina);
    const running = pool.run({ ms: 50 });
    await pause(1);
    await seeOrder(stage.see, { destroyed: pool.destroy(), running });
    seeCall(stage.see, 'options', () => new Piscina({ maxThreads: -1 }));
    class Mine extends Piscina {}
    const mine = new Mine({ filename, maxThreads: 1 });
    stage.see(await mine.run({}), mine instanceof Piscina);
    await seeSettled(stage.see, 'closed', mine.close());
    await seeSettled(stage.see, 'after', mine.run({}));
  },
  async tinypool(stage) {
    const pool = new Tinypool({ filename, maxThreads: 1, minThreads: 1 });
    stage.after(() => pool.destroy());
    await useBoth(stage, pool as never);
    stage.see(pool.listenerCount('error'), pool.options.maxThreads);
    seeSurface(stage.see, 'Tinypool', Tinypool);
    await seeSettled(stage.see, 'cancelled', (async () => pool.cancelPendingTasks())());
    await seeSettled(stage.see, 'destroyed', pool.destroy());
  },
  async workerpool(stage) {
    const { see } = stage;
    const pool = workerpool.pool({ maxWorkers: 1, workerType: 'thread' });
    stage.after(() => pool.terminate(true));
    const add = (a: number, b: number) => a + b;
    const fail = () => {
      throw new RangeError('of a task');
    };
    const first = pool.exec(add, [1, 2]);
    see(first.constructor.name, ownKeys(first), first.pending, pool.stats());
    await seeOrder(see, {
      first: first as never,
      second: pool.exec(fail) as never,
      third: pool.exec(add, [3, 4]) as never,
    });
    await seeSettled(see, 'works', pool.exec(add, [1, 2]) as never);
    await seeSettled(see, 'fails', pool.exec(fail) as never);
    await seeSettled(see, 'no such method', pool.exec('none') as never);
    seeCall(see, 'no method', () => pool.exec(undefined as never));
    seeCall(see, 'no array', () => pool.exec(add, 'x' as never));
    const hangs = pool.exec(() => new Promise(() => {})).timeout(20);
    await seeSettled(see, 'late', hangs as never);
    const cancelled = pool.exec(() => new Promise(() => {}));
    await pause(1);
    seeCall(see, 'cancel', () => cancelled.cancel() === cancelled);
    await seeSettled(see, 'cancelled', cancelled as never);
    await storage.run('mine', async () => {
      await pool.exec(add, [1, 2]);
      see(storage.getStore());
    });
    const proxy = await pool.proxy();
    see(Object.keys(proxy), pool.stats());
    seeSurface(see, 'Pool', Object.getPrototypeOf(pool));
    see(pool.constructor.name, ownKeys(pool));
    await seeSettled(see, 'terminated', pool.terminate() as never);
  },
};
