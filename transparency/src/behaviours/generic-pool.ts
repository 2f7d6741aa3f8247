import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import genericPool from 'generic-pool';
import { seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { watch } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

const storage = new AsyncLocalStorage<string>();

const failing = async (): Promise<never> => {
  throw Object.assign(new RangeError('of a task'), { code: 'E_TASK' });
};

interface Thing {
  readonly name: string;
  broken?: boolean;
}

function makeFactory(see: (...parts: readonly unknown[]) => void) {
  let made = 0;
  return {
    async create(): Promise<Thing> {
      see('create');
      await pause(1);
      return { name: `thing ${++made}` };
    },
    async destroy({ name }: Thing) {
      see('destroy', name);
    },
    async validate({ broken }: Thing) {
      return broken !== true;
    },
  };
}

export const behaviours: Behaviours = {
  async 'resources and events'({ see, side }) {
    const pool = genericPool.createPool(makeFactory(side('factory')), {
      max: 1,
      testOnBorrow: true,
      acquireTimeoutMillis: 30,
    });
    watch(side('pool'), 'pool', pool as unknown as EventEmitter);
    const counts = () => [pool.size, pool.available, pool.borrowed, pool.pending, pool.spareResourceCapacity];
    const first = await pool.acquire();
    see(first, counts(), pool.isBorrowedResource(first));
    await seeSettled(see, 'late', pool.acquire());
    const low = pool.acquire(1).then((thing) => pool.release(thing).then(() => 'low'));
    const high = pool.acquire(0).then((thing) => pool.release(thing).then(() => 'high'));
    see(counts());
    const given = pool.release(first);
    await seeOrder(see, { low, high, given });
    await seeSettled(see, 'release', (async () => pool.release({ name: 'not its own' }))());
    await seeSettled(
      see,
      'used',
      pool.use(async ({ name }) => name),
    );
    await seeSettled(see, 'use fails', pool.use(failing));
    const second = await pool.acquire();
    second.broken = true;
    await pool.release(second);
    const third = await pool.acquire();
    see(third.name);
    await pool.destroy(third);
    await seeSettled(
      see,
      'priority',
      pool.acquire('x' as never).then((thing) => pool.release(thing)),
    );
    await storage.run('mine', () => pool.use(async () => see(storage.getStore())));
    await seeSettled(see, 'drain', pool.drain());
    await seeSettled(see, 'draining', (async () => pool.acquire())());
    await seeSettled(see, 'clear', pool.clear());
    see(counts());
  },
  async 'factories that fail'({ see, side }) {
    const seeEvent = side('pool');
    const pool = genericPool.createPool(
      { create: () => pause(1).then(failing), destroy: async () => {} },
      { max: 1, acquireTimeoutMillis: 4 },
    );
    pool.once('factoryCreateError', (error) => seeEvent('failed', error));
    await seeSettled(see, 'acquire', pool.acquire());
    await seeStrangers(see, Object.getPrototypeOf(pool), ['acquire', 'release', 'destroy']);
    seeSurface(see, 'generic-pool', genericPool);
    seeSurface(see, 'Pool', Object.getPrototypeOf(pool));
    see(Object.keys(pool));
  },
};
