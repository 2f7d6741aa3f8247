import { AsyncLocalStorage, AsyncResource, executionAsyncId } from 'node:async_hooks';
import dns from 'node:dns';
import { EventEmitter } from 'node:events';
import fs from 'node:fs/promises';
import http from 'node:http';
import { setTimeout as later } from 'node:timers';
import timers from 'node:timers/promises';
import { seeCall, seeSettled } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { ownKeys } from '../see/watch.ts';
import { pause, serve } from '../see/wire.ts';

const other = new AsyncLocalStorage<string>();

export const behaviours: Behaviours = {
  async 'over everything asynchronous'(stage) {
    const storage = new AsyncLocalStorage<string>();
    const port = await serve(stage, (_request, response) => response.end('x'));
    const see = (what: string) => stage.see(what, storage.getStore());
    await storage.run('mine', async () => {
      await null;
      see('await');
      await pause(1);
      see('timeout');
      await timers.setTimeout(1);
      see('promised timeout');
      await timers.setImmediate();
      see('immediate');
      await new Promise<void>((resolve) => process.nextTick(resolve));
      see('tick');
      await (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })).text();
      see('fetch');
      await fs.stat('.');
      see('fs');
      await dns.promises.lookup('localhost');
      see('lookup');
      await new Promise<void>((resolve) =>
        dns.lookup('localhost', () => {
          see('lookup callback');
          return resolve();
        }),
      );
      await new Promise<void>((resolve) => {
        http.get({ host: '127.0.0.1', port, agent: false }, (response) => {
          see('response');
          response
            .on('data', () => see('data'))
            .on('end', () => {
              see('end');
              return resolve();
            });
        });
      });
      await timers.setTimeout(100, 0, { signal: AbortSignal.timeout(5) }).catch(() => see('abort'));
      await fetch('http://127.0.0.1:1').catch(() => see('failed fetch'));
      await new Promise<void>((resolve) =>
        queueMicrotask(() => {
          see('microtask');
          return resolve();
        }),
      );
    });
    see('outside');
  },
  async 'handlers of a server'(stage) {
    const storage = new AsyncLocalStorage<number>();
    let count = 0;
    const port = await serve(stage, (request, response) => {
      stage.see('before', storage.getStore());
      storage.enterWith(++count);
      request.on('close', () => stage.side('close')(storage.getStore()));
      response.on('finish', () => stage.side('finish')(storage.getStore()));
      later(() => response.end(String(storage.getStore())), 2);
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    stage.after(() => agent.destroy());
    for (let round = 0; round < 3; round++) {
      await new Promise<void>((resolve) => {
        http.get({ host: '127.0.0.1', port, agent }, (response) => {
          response.on('data', (text) => stage.see('answer', String(text), storage.getStore())).on('end', resolve);
        });
      });
      await pause(1);
    }
  },
  async 'nested, entered and left'({ see }) {
    const storage = new AsyncLocalStorage<string>();
    storage.run('outer', () => {
      storage.run('inner', () => see(storage.getStore()));
      storage.exit(() => see(storage.getStore()));
      see(storage.getStore());
    });
    await storage.run('a', async () => {
      storage.enterWith('b');
      await null;
      see(storage.getStore());
    });
    see(storage.getStore());
    seeCall(see, 'throws', () =>
      storage.run('x', () => {
        throw new Error('in run');
      }),
    );
    storage.disable();
    see(storage.getStore());
    const restored = await Promise.all(
      ['1', '2', '3'].map((name) =>
        storage.run(name, async () => {
          await pause(1);
          return storage.getStore();
        }),
      ),
    );
    see(restored);
  },
  async 'snapshots and resources'({ see }) {
    const storage = new AsyncLocalStorage<string>();
    const [snapshot, bound, resource] = storage.run(
      'then',
      () =>
        [
          AsyncLocalStorage.snapshot(),
          AsyncLocalStorage.bind(() => storage.getStore()),
          new AsyncResource('MINE'),
        ] as const,
    );
    see(
      snapshot(() => storage.getStore()),
      bound(),
      resource.runInAsyncScope(() => storage.getStore()),
    );
    see(ownKeys(storage), ownKeys(resource).length);
    const emitter = new EventEmitter();
    emitter.on('x', () => see('listener', storage.getStore()));
    storage.run('emits', () => emitter.emit('x'));
    emitter.on(
      'y',
      AsyncResource.bind(() => see('bound listener', storage.getStore())),
    );
    storage.run('emits', () => emitter.emit('y'));
  },
  async 'several at once'({ see }) {
    const storage = new AsyncLocalStorage<string>();
    await other.run('other', () =>
      storage.run('mine', async () => {
        await pause(1);
        see(storage.getStore(), other.getStore());
        await Promise.all([storage.run('x', () => pause(1)), other.exit(() => pause(1))]);
        see(storage.getStore(), other.getStore());
      }),
    );
    see(storage.getStore(), other.getStore(), typeof executionAsyncId());
  },
  async 'thenables and rejections'({ see }) {
    const storage = new AsyncLocalStorage<string>();
    await storage.run('mine', async () => {
      await {
        // biome-ignore lint/suspicious/noThenProperty: what is tested
        then: (resolve: () => void) => {
          see('then', storage.getStore());
          return resolve();
        },
      };
      see('after', storage.getStore());
      await seeSettled(see, 'rejected', Promise.reject(new Error('mine')));
      for await (const step of (async function* () {
        yield 1;
        await null;
        yield 2;
      })())
        see(step, storage.getStore());
      void Promise.reject(new Error('nobody catches it'));
    });
    await pause(3);
  },
};
