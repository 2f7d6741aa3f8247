import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventEmitter, getEventListeners } from 'node:events';
import Bottleneck from 'bottleneck';
import PQueue from 'p-queue';
import { seeCall, seeLadder, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { ownKeys, watch } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

const storage = new AsyncLocalStorage<string>();

const failing = async (): Promise<never> => {
  throw Object.assign(new RangeError('of a task'), { code: 'E_TASK' });
};

export const behaviours: Behaviours = {
  async 'p-queue: tasks and events'({ see, side }) {
    const queue = new PQueue({ concurrency: 1 });
    watch(side('queue'), 'queue', queue as unknown as EventEmitter);
    const order: string[] = [];
    const work = (name: string, priority = 0) =>
      queue.add(
        async (options) => {
          order.push(`${name} ${ownKeys(options)} ${queue.size} ${queue.pending}`);
          await pause(1);
          return name;
        },
        { priority, id: name },
      );
    const all = { a: work('a'), b: work('b'), c: work('c', 1), d: queue.add(failing), e: queue.add(() => 'at once') };
    queue.setPriority('b', 5);
    see(queue.size, queue.pending, queue.isPaused, queue.runningTasks.length, queue.sizeBy({ priority: 1 }));
    await seeOrder(see, all);
    see(order);
    see(await queue.addAll([() => 1, async () => 2]));
    await queue.onIdle();
    await seeSettled(see, 'fails', queue.add(failing));
    await seeSettled(
      see,
      'throws',
      queue.add(() => {
        throw new TypeError('at once');
      }),
    );
    await seeSettled(see, 'no function', (async () => queue.add('x' as never))());
    await seeLadder(see, { value: queue.add(() => 1), empty: queue.onEmpty(), idle: queue.onIdle() });
    await storage.run('mine', () => queue.add(() => see(storage.getStore())));
  },
  async 'p-queue: paused, cleared, aborted, late'({ see }) {
    const queue = new PQueue({ concurrency: 1, autoStart: false });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = queue.add(() => 'never', { signal });
    const running = queue.add(({ signal: own }) => (own === signal ? pause(2) : 'another signal'), {
      signal: new AbortController().signal,
    });
    see(queue.size, getEventListeners(signal, 'abort').length);
    controller.abort(new Error('enough'));
    await seeSettled(see, 'aborted', aborted);
    queue.start();
    see(await running, getEventListeners(signal, 'abort').length);
    await seeSettled(
      see,
      'late',
      queue.add(() => pause(20), { timeout: 2 }),
    );
    queue.pause();
    void queue.add(() => 'never');
    queue.clear();
    see(queue.size, queue.isPaused, queue.isSaturated);
    class Mine extends PQueue {
      override add(...args: Parameters<PQueue['add']>): never {
        see('added');
        return super.add(...args) as never;
      }
    }
    const mine = new Mine();
    see(await mine.add(() => 'mine'), mine instanceof PQueue, mine.add === PQueue.prototype.add);
    seeSurface(see, 'PQueue', PQueue);
    await seeStrangers(see, PQueue.prototype, ['add', 'clear']);
    seeCall(see, 'without new', () => (PQueue as unknown as () => unknown)());
  },
  async 'bottleneck: jobs and events'({ see, side }) {
    const limiter = new Bottleneck({ maxConcurrent: 1 });
    const seeEvent = side('limiter');
    for (const name of [
      'received',
      'queued',
      'scheduled',
      'executing',
      'done',
      'failed',
      'retry',
      'dropped',
      'error',
      'empty',
      'idle',
    ])
      limiter.on(name as 'idle', (...args: readonly unknown[]) => {
        const [info] = args as readonly { readonly options?: { readonly id?: string } }[];
        seeEvent(name, info?.options?.id?.replace(/^<no-id>.*/, 'without a name'));
      });
    const work = (id: string, priority = 5) =>
      limiter.schedule(
        { id, priority },
        async (...args: string[]) => {
          // The others are in the queue before the first is done.
          await pause(id === 'a' ? 20 : 1);
          return `${id} ${args.join()}`;
        },
        'x',
      );
    await seeOrder(see, {
      a: work('a'),
      b: work('b'),
      c: work('c', 1),
      d: limiter.schedule({ id: 'd' }, failing),
      e: work('e'),
    });
    await seeSettled(see, 'fails', limiter.schedule({ id: 'f' }, failing));
    see(limiter.counts(), await limiter.currentReservoir(), limiter.empty());
    const small = new Bottleneck({ maxConcurrent: 1, highWater: 0, strategy: Bottleneck.strategy.OVERFLOW });
    const first = small.schedule(() => pause(30));
    await pause(5);
    await seeSettled(
      see,
      'dropped',
      small.schedule(async () => 'never'),
    );
    await first;
    const wrapped = limiter.wrap(async (a: number) => a + 1);
    see(await wrapped(1), wrapped, ownKeys(wrapped));
    await new Promise<void>((resolve) => {
      limiter.submit(
        ((a: number, callback: (error: unknown, value: number) => void) => callback(null, a * 2)) as never,
        2 as never,
        ((error: unknown, value: number) => {
          see('submitted', error, value, storage.getStore());
          resolve();
        }) as never,
      );
    });
    await storage.run('mine', () => limiter.schedule(async () => see(storage.getStore())));
    limiter.on('failed', (_error, { retryCount }) => Promise.resolve(retryCount === 0 ? 1 : null));
    await seeSettled(see, 'retried', limiter.schedule({ id: 'g', expiration: 5 }, failing));
    await seeSettled(
      see,
      'expired',
      limiter.schedule({ id: 'h', expiration: 2 }, () => pause(10)),
    );
    const stopped = limiter.stop({ dropWaitingJobs: true });
    await seeSettled(see, 'stop', stopped);
    await seeSettled(
      see,
      'after stop',
      limiter.schedule({ id: 'i' }, async () => 1),
    );
    seeSurface(see, 'Bottleneck', Bottleneck);
  },
};
