import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningServer, startRedis, whyNoRedis } from '@holdup/testkit';
import { TestKit } from '../testing/kit.ts';
import { redisProbe } from './redis.ts';

const skip = whyNoRedis() ?? false;
const kit = new TestKit();
let server: RunningServer;
let uninstall: () => void;

interface Opened {
  send(...command: string[]): Promise<unknown>;
  pipeline(): Promise<unknown>;
  transaction(): Promise<unknown>;
}
type Scope = { after: (fn: () => void) => void };

/** One contract, every library. */
const LIBRARIES: Readonly<Record<string, (test: Scope, state?: 'connecting') => Promise<Opened>>> = {
  async ioredis(test, state) {
    const { Redis } = await import('ioredis');
    const client = new Redis({ host: server.host, port: server.port });
    test.after(() => client.disconnect());
    if (state === undefined) await client.ping();
    return {
      send: (name = '', ...args) => client.call(name, args),
      pipeline: () => client.pipeline().set('a', 1).incr('a').exec(),
      transaction: () => client.multi().incr('a').exec(),
    };
  },
  async 'node-redis'(test, state) {
    const { createClient } = await import('@redis/client');
    const client = createClient({ socket: { host: server.host, port: server.port } });
    const connected = client.connect();
    if (state === undefined) await connected;
    test.after(() => client.destroy());
    return {
      send: (...command) => client.sendCommand(command),
      pipeline: () => client.multi().set('a', 1).incr('a').execAsPipeline(),
      transaction: () => client.multi().incr('a').exec(),
    };
  },
};

before(async () => {
  if (skip !== false) return;
  server = await startRedis();
  uninstall = redisProbe.install(kit);
});

after(async () => {
  if (skip !== false) return;
  assert.deepEqual(kit.failures, []);
  uninstall();
  await server.stop();
});

for (const [name, open] of Object.entries(LIBRARIES)) {
  describe(name, { skip }, () => {
    it('records commands by name, and neither keys nor values', async (test) => {
      const client = await open(test);
      const recorded = await kit.record(async () => {
        assert.equal(String(await client.send('set', 'secret-key', 'secret-value')), 'OK');
        assert.equal(String(await client.send('get', 'secret-key')), 'secret-value');
      });
      const ops = recorded.opsOf('db-query');
      assert.deepEqual(
        ops.map(({ name, account, detail }) => [name, account, detail.system]),
        [
          ['redis SET', 'db.query', 'redis'],
          ['redis GET', 'db.query', 'redis'],
        ],
      );
      assert.ok(ops.every(({ end }) => end !== undefined));
      assert.equal(ops[0]?.detail.database, `127.0.0.1:${server.port}/0`);
      assert.doesNotMatch(JSON.stringify(recorded.ops), /secret/);
    });

    it('queues behind a command of the same connection that has no answer, whoever sent it', async (test) => {
      const client = await open(test);
      const before = client.send('BLPOP', 'nothing-here', '0.1');
      const recorded = await kit.record(() => client.send('GET', 'b'));
      await before;
      const get = recorded.op('db-query');
      const [queue] = get.phases;
      assert.equal(queue?.account, 'db.client-queue');
      assert.ok((queue?.end ?? 0) - (queue?.start ?? 0) >= 80e6);
      const other = await open(test);
      const apart = await kit.record(() => other.send('GET', 'b'));
      assert.deepEqual(apart.op('db-query').phases, []);
      assert.notEqual(apart.op('db-query').detail.connection, get.detail.connection);
    });

    it('tells which command of background work it stood behind', async (test) => {
      const client = await open(test);
      const before = client.send('BLPOP', 'nothing-here', '0.1');
      const first = await kit.record(() => client.send('GET', 'b'));
      await before;
      assert.equal(first.op('db-query').detail.ahead?.name, 'redis BLPOP');
      const alone = await kit.record(() => client.send('GET', 'b'));
      assert.equal(alone.op('db-query').detail.ahead, undefined);
    });

    it('counts what its client keeps back as connecting, and keeps the order in which it is sent then', async (test) => {
      const client = await open(test, 'connecting');
      // Neither is sent before the connection is ready; the client's own commands overtake them.
      const before = client.send('BLPOP', 'nothing-here', '0.1');
      const recorded = await kit.record(() => client.send('GET', 'b'));
      await before;
      const [connect, queue] = recorded.op('db-query').phases;
      assert.equal(connect?.account, 'db.connect');
      assert.equal(queue?.account, 'db.client-queue');
      assert.equal(queue?.start, connect?.end);
      assert.ok((queue?.end ?? 0) - (queue?.start ?? 0) >= 80e6);
    });

    it('lasts as long as the command does, in pipelines and transactions too', async (test) => {
      const client = await open(test);
      const blocked = await kit.record(() => client.send('BLPOP', 'nothing-here', '0.1'));
      const wait = blocked.op('db-query');
      assert.ok((wait.end ?? 0) - wait.start >= 90e6);
      const many = await kit.record(async () => {
        await client.pipeline();
        await client.transaction();
      });
      assert.ok(many.opsOf('db-query').length >= 3);
      assert.ok(many.opsOf('db-query').every(({ end }) => end !== undefined));
    });

    it('hands out the errors of the server', async (test) => {
      const client = await open(test);
      const failed = await kit.record(() => assert.rejects(client.send('NOSUCH'), /unknown command/));
      assert.ok(failed.op('db-query').failure !== undefined);
    });
  });
}
