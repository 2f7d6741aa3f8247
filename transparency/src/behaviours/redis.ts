import { AsyncLocalStorage } from 'node:async_hooks';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { seeCall, seeLadder, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { seeListeners, watch } from '../see/watch.ts';
import { pause, serveTcp } from '../see/wire.ts';

const storage = new AsyncLocalStorage<string>();

function open(stage: Stage, options: object = {}): Redis {
  const { hostname, port } = new URL(stage.servers.redis ?? '');
  const redis = new Redis({ host: hostname, port: Number(port), ...options });
  stage.after(() => redis.disconnect());
  return redis;
}

async function openNodeRedis(stage: Stage) {
  const client = createClient({ url: stage.servers.redis ?? '' });
  watch(stage.side('client'), 'client', client as never);
  client.on('error', (error) => stage.side('client')('error', error));
  stage.after(() => client.isOpen && client.destroy());
  return client;
}

export const behaviours: Behaviours = {
  async 'ioredis: commands'(stage) {
    const { see } = stage;
    const redis = open(stage, { keyPrefix: 'transparency:' });
    watch(stage.side('redis'), 'redis', redis);
    await seeOrder(see, {
      queued: redis.set('a', '1'),
      second: redis.get('a'),
      fails: redis.call('NONE'),
      last: redis.incr('a'),
    });
    await seeSettled(see, 'get', redis.getBuffer('a'));
    await seeSettled(see, 'unknown', redis.call('none', 'x'));
    await seeSettled(see, 'wrong type', redis.lpush('a', 'x'));
    await seeSettled(see, 'arity', (redis.get as (...args: unknown[]) => Promise<unknown>)());
    await new Promise<void>((resolve) => {
      const returned = redis.get('a', (error, value) => {
        see('callback', error, value, storage.getStore());
        resolve();
      });
      see('returned', returned.constructor.name);
    });
    await storage.run('mine', () => redis.get('a').then(() => see(storage.getStore())));
    await storage.run(
      'mine',
      () => new Promise<void>((resolve) => redis.get('a', () => resolve(see(storage.getStore())))),
    );
    await seeSettled(see, 'timeout', redis.blpop('none', 0.01));
    const commands = [redis.set('b', 1), redis.get('b')];
    await seeOrder(see, { set: commands[0] as never, get: commands[1] as never });
    see(redis.status, redis.options.keyPrefix);
    await seeSettled(see, 'quit', redis.quit());
    await seeSettled(see, 'after quit', redis.get('a'));
    await seeLadder(see, { closed: redis.get('a') });
  },
  async 'ioredis: pipelines, transactions, scripts'(stage) {
    const { see } = stage;
    const redis = open(stage);
    await seeSettled(see, 'pipeline', redis.pipeline().set('p', 1).lpush('p', 1).incr('p').exec());
    await seeSettled(see, 'multi', redis.multi().set('p', 1).incr('p').exec());
    await seeSettled(see, 'bad multi', redis.multi().set('p', 1).call('none').exec());
    await redis.multi({ pipeline: false });
    await seeSettled(see, 'in multi', redis.set('p', 2));
    await seeSettled(see, 'exec', redis.exec());
    const pipeline = redis.pipeline();
    see(pipeline.length, pipeline.constructor.name, typeof Reflect.get(pipeline, 'then'));
    pipeline.get('p', (error, value) => see('inside', error, value));
    await pipeline.exec((error, results) => see('callback', error, results));
    redis.defineCommand('mine', { numberOfKeys: 1, lua: 'return redis.call("GET", KEYS[1])' });
    await seeSettled(see, 'script', (redis as unknown as { mine(key: string): Promise<unknown> }).mine('p'));
    const subscriber = redis.duplicate();
    stage.after(() => subscriber.disconnect());
    const message = new Promise((resolve) => subscriber.once('message', (...args) => resolve(args)));
    see(await subscriber.subscribe('channel'));
    see(await redis.publish('channel', 'x'), await message);
    await seeSettled(see, 'while subscribed', subscriber.get('x'));
    const stream = redis.scanStream({ match: 'p' });
    see(await stream.toArray());
    const auto = redis.duplicate({ enableAutoPipelining: true });
    stage.after(() => auto.disconnect());
    see(await Promise.all([auto.get('p'), auto.get('q')]));
  },
  async 'ioredis: connections that break'(stage) {
    const { see } = stage;
    const refused = open(stage, { port: 1, retryStrategy: () => null, maxRetriesPerRequest: 1 });
    refused.on('error', (error) => see('error event', error.message));
    watch(stage.side('refused'), 'redis', refused);
    await seeSettled(see, 'refused', refused.get('a'));
    const lazy = open(stage, { lazyConnect: true, enableOfflineQueue: false, port: 1, retryStrategy: () => null });
    lazy.on('error', () => {});
    await seeSettled(see, 'not connected', lazy.get('a'));
    await seeSettled(see, 'connect', lazy.connect());
    const silent = await serveTcp(stage, () => {});
    const late = open(stage, { port: silent, commandTimeout: 10, enableReadyCheck: false });
    late.on('error', () => {});
    await seeSettled(see, 'late', late.get('a'));
    const hanging = open(stage, { port: silent, enableReadyCheck: false });
    hanging.on('error', () => {});
    const pending = hanging.get('b');
    await pause(15);
    hanging.disconnect();
    await seeSettled(see, 'disconnected', pending);
    const redis = open(stage, { retryStrategy: () => 1 });
    await redis.set('a', 1);
    redis.disconnect(true);
    see(await redis.get('a'));
    seeListeners(see, 'redis', redis);
  },
  async 'ioredis: its functions'(stage) {
    const { see } = stage;
    seeSurface(see, 'Redis', Redis);
    await seeStrangers(see, Redis.prototype, ['sendCommand', 'get', 'connect']);
    class Mine extends Redis {
      override sendCommand(...args: Parameters<Redis['sendCommand']>) {
        see('sends', args[0].name);
        return super.sendCommand(...args);
      }
    }
    const { hostname, port } = new URL(stage.servers.redis ?? '');
    const mine = new Mine(Number(port), hostname);
    stage.after(() => mine.disconnect());
    see(await mine.set('a', 1), mine instanceof Redis, Object.keys(mine));
    const { sendCommand } = mine;
    mine.sendCommand = function (...args) {
      see('on the way');
      return sendCommand.apply(this, args);
    };
    see(await mine.get('a'));
    Reflect.deleteProperty(mine, 'sendCommand');
    see(await mine.get('a'));
  },
  async 'node-redis'(stage) {
    const { see } = stage;
    const client = await openNodeRedis(stage);
    await seeSettled(see, 'closed', client.get('a'));
    see((await client.connect()) === client, client.isReady);
    await seeOrder(see, {
      set: client.set('n', '1'),
      get: client.get('n'),
      fails: client.sendCommand(['NONE']),
      last: client.incr('n'),
    });
    await seeSettled(see, 'unknown', client.sendCommand(['NONE']));
    await seeSettled(see, 'wrong type', client.lPush('n', 'x'));
    await seeSettled(see, 'no text', (async () => client.set('n', {} as never))());
    await seeSettled(see, 'multi', client.multi().set('n', 1).incr('n').exec());
    await seeSettled(see, 'pipeline', client.multi().set('n', 1).lPush('n', 'x').execAsPipeline());
    await seeSettled(see, 'aborted', client.withAbortSignal(AbortSignal.abort(new Error('enough'))).get('n'));
    await storage.run('mine', () => client.get('n').then(() => see(storage.getStore())));
    await seeSettled(see, 'waits', client.blPop('none', 0.01));
    await seeSettled(see, 'late', client.withCommandOptions({ timeout: 5 }).blPop('none', 0.02));
    seeListeners(see, 'client', client as never);
    const subscriber = client.duplicate();
    subscriber.on('error', () => {});
    stage.after(() => subscriber.isOpen && subscriber.destroy());
    await subscriber.connect();
    const message = new Promise((resolve) => void subscriber.subscribe('channel', (...args) => resolve(args)));
    await pause(3);
    see(await client.publish('channel', 'x'), await message);
    const pending = client.blPop('none', 1);
    await pause(2);
    client.destroy();
    await seeSettled(see, 'destroyed', pending);
    await seeSettled(see, 'after', client.get('n'));
    seeCall(see, 'again', () => client.destroy());
    see(Object.keys(client).length, client.constructor.name);
    const proto: object = Object.getPrototypeOf(Object.getPrototypeOf(client));
    for (const name of ['sendCommand', '_executePipeline', '_executeMulti'])
      see(name, Object.getOwnPropertyDescriptor(proto, name));
  },
};
