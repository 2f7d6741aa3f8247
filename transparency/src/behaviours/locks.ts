import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import * as asyncMutex from 'async-mutex';
import pLimit, { limitFunction } from 'p-limit';
import { seeCall, seeLadder, seeOrder, seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours, See } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { pause } from '../see/wire.ts';

const { Mutex, Semaphore, tryAcquire, withTimeout } = asyncMutex;
const storage = new AsyncLocalStorage<string>();

const failing = async (): Promise<never> => {
  throw Object.assign(new RangeError('of a task'), { code: 'E_TASK' });
};

/** Settles when it is asked to, and says how often that was. */
function thenable(see: See, value: unknown): PromiseLike<unknown> {
  return {
    // biome-ignore lint/suspicious/noThenProperty: query builders are such
    then(resolve) {
      see('asked for its value', value);
      return Promise.resolve(value).then(resolve);
    },
  };
}

/** What tasks wait for, so that their order is none of the clock's business. */
class Gates {
  readonly #openers = new Map<string, () => void>();

  of(name: string): Promise<void> {
    return new Promise((resolve) => this.#openers.set(name, resolve));
  }

  /** One after the other. */
  async open(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await pause(1);
      this.#openers.get(name)?.();
    }
  }
}

export const behaviours: Behaviours = {
  async 'p-limit: results and their order'({ see }) {
    const limit = pLimit(2);
    const counts = () => [limit.activeCount, limit.pendingCount, limit.concurrency];
    const gates = new Gates();
    const work = (name: string, ...more: unknown[]) =>
      limit(
        async (...args: unknown[]) => {
          see(name, 'runs with', args, counts());
          await gates.of(name);
          return name;
        },
        name,
        ...more,
      );
    const all = { a: work('a', 1, 2), b: work('b'), c: work('c'), d: limit(failing), e: limit(() => 'no promise') };
    see(counts());
    void gates.open('b', 'a', 'c');
    await seeOrder(see, all);
    await seeSettled(see, 'fails', limit(failing));
    await seeSettled(
      see,
      'throws',
      limit(() => {
        throw new TypeError('at once');
      }),
    );
    await seeSettled(
      see,
      'thenable',
      limit(() => thenable(see, 'x')),
    );
    await seeSettled(see, 'no function', (limit as unknown as (task: unknown) => Promise<unknown>)('x'));
    await seeLadder(see, { sync: limit(() => 1), async: limit(async () => 1), fails: limit(failing) });
    await limit(() => seeTurn(see, 'in a task'));
  },
  async 'p-limit: map, cleared, changed'({ see }) {
    const limit = pLimit({ concurrency: 1, rejectOnClear: true });
    see(await limit.map(new Set(['a', 'b']), async (item, index) => `${item}${index}`));
    await seeSettled(see, 'map', limit.map([1, 2], failing));
    await seeSettled(see, 'map of nothing', limit.map(undefined as never, failing));
    const running = limit(() => pause(3));
    const waiting = limit(() => 'never');
    await null;
    await null;
    limit.clearQueue();
    await seeSettled(see, 'cleared', waiting);
    await running;
    limit.concurrency = 3;
    seeCall(see, 'no number', () => {
      limit.concurrency = 0;
    });
    seeCall(see, 'none', () => pLimit(0));
    seeCall(see, 'nothing', () => (pLimit as unknown as () => unknown)());
    const limited = limitFunction(async (a: number, b: number) => a + b, { concurrency: 1 });
    see(limit.concurrency, await limited(1, 2), limited);
    seeSurface(see, 'limit', limit);
    seeSurface(see, 'pLimit', pLimit);
    await storage.run('mine', () => limit(() => see(storage.getStore())));
  },
  async 'async-mutex: a semaphore'({ see }) {
    const semaphore = new Semaphore(2);
    const order: string[] = [];
    const gates = new Gates();
    const work = (name: string, weight = 1, priority = 0) =>
      semaphore.runExclusive(
        async (value) => {
          order.push(`${name} has it: ${value} ${semaphore.getValue()} ${semaphore.isLocked()}`);
          await gates.of(name);
          return name;
        },
        weight,
        priority,
      );
    const all = { a: work('a'), b: work('b'), c: work('c', 2), d: work('d', 1, 5) };
    void gates.open('b', 'd', 'a', 'c');
    await seeOrder(see, all);
    see(order);
    const [value, release] = await semaphore.acquire();
    see(value, release);
    seeCall(see, 'release', release);
    seeCall(see, 'again', release);
    seeCall(see, 'by hand', () => semaphore.release());
    see(semaphore.getValue());
    seeCall(see, 'weight', () => semaphore.release(0));
    await seeSettled(see, 'weight', (async () => semaphore.acquire(-1))());
    await seeSettled(see, 'fails', semaphore.runExclusive(failing));
    await seeLadder(see, { free: semaphore.acquire(), unlocked: semaphore.waitForUnlock() });
    semaphore.setValue(0);
    const waiting = semaphore.acquire();
    semaphore.cancel();
    await seeSettled(see, 'cancelled', waiting);
    await storage.run('mine', () => {
      const later = semaphore.acquire().then(() => see(storage.getStore()));
      semaphore.release();
      return later;
    });
  },
  async 'async-mutex: a mutex'({ see }) {
    const mutex = new Mutex(new Error('my own'));
    await seeOrder(see, {
      a: mutex.runExclusive(() => pause(4)),
      b: mutex.runExclusive(failing),
      c: mutex.acquire().then((release) => release()),
      unlock: mutex.waitForUnlock(),
    });
    const release = await mutex.acquire();
    await seeSettled(see, 'try', (async () => tryAcquire(mutex).acquire())());
    await seeSettled(see, 'timeout', withTimeout(mutex, 3).acquire());
    await seeSettled(see, 'own error', withTimeout(mutex, 3, new Error('late')).runExclusive(failing));
    const waiting = mutex.acquire();
    mutex.cancel();
    await seeSettled(see, 'cancelled', waiting);
    release();
    mutex.release();
    see(mutex.isLocked(), mutex instanceof Mutex, Object.keys(mutex));
    await mutex.runExclusive(() => seeTurn(see, 'while it is mine'));
    class Mine extends Semaphore {
      override acquire(...args: Parameters<InstanceType<typeof Semaphore>['acquire']>) {
        see('asked', args.length);
        return super.acquire(...args);
      }
    }
    see(await new Mine(1).runExclusive(() => 'mine'));
  },
  async 'async-mutex: its functions'({ see }) {
    const require = createRequire(import.meta.url);
    const other: typeof asyncMutex = require('async-mutex');
    for (const [name, copy] of Object.entries({ module: { ...asyncMutex }, commonjs: other })) {
      const side: See = (...parts) => see(name, ...parts);
      seeSurface(side, 'async-mutex', copy);
      await seeStrangers(side, copy.Semaphore.prototype, ['acquire', 'release', 'cancel', '_dispatchItem']);
      side(await new copy.Mutex().runExclusive(() => 'done'));
    }
    see(other.Mutex === Mutex, other.E_CANCELED === asyncMutex.E_CANCELED);
  },
  async 'wrapped by the program, and unwrapped'({ see }) {
    const own = Object.getOwnPropertyDescriptor(Semaphore.prototype, 'acquire');
    const { acquire } = Semaphore.prototype;
    Semaphore.prototype.acquire = function (...args) {
      see('mine');
      return acquire.apply(this, args);
    };
    await new Semaphore(1).acquire();
    Semaphore.prototype.acquire = acquire;
    see(
      await new Semaphore(1).acquire(),
      Object.getOwnPropertyDescriptor(Semaphore.prototype, 'acquire')?.value === own?.value,
    );
  },
};
