import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, MongoClient } from 'mongodb';
import { TestKit } from '../testing/kit.ts';
import { serveMongo } from '../testing/mongo-stand-in.ts';
import type { TestScope } from '../testing/outgoing.ts';
import { mongodbProbe } from './mongodb.ts';

const kit = new TestKit();
let uninstall: () => void;

interface Opened {
  readonly client: MongoClient;
  readonly orders: Collection;
  readonly port: number;
}

async function open(test: TestScope, maxPoolSize: number, waitQueueTimeoutMS = 0): Promise<Opened> {
  const port = await serveMongo(test);
  const { MongoClient } = await import('mongodb');
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const client = new MongoClient(url, { maxPoolSize, waitQueueTimeoutMS, serverApi: '1' });
  test.after(() => client.close());
  await client.connect();
  return { client, orders: client.db('shop').collection('orders'), port };
}

before(() => {
  uninstall = mongodbProbe.install(kit);
});

after(() => {
  assert.deepEqual(kit.failures, []);
  uninstall();
});

describe('mongodb', () => {
  it('records commands by name and collection, and nothing of what was asked', async (test) => {
    const { orders, port } = await open(test, 2);
    const recorded = await kit.record(async () => {
      assert.equal((await orders.find({ customer: 'secret' }).toArray()).length, 1);
      await orders.insertOne({ customer: 'secret' });
    });
    assert.deepEqual(
      recorded.opsOf('db-query').map(({ name, account, detail }) => [name, account, detail.verb, detail.locking]),
      [
        ['find shop.orders', 'db.query', 'FIND', false],
        ['insert shop.orders', 'db.query', 'INSERT', true],
      ],
    );
    const [find] = recorded.opsOf('db-query');
    assert.deepEqual([find?.detail.system, find?.detail.database], ['mongodb', `127.0.0.1:${port}`]);
    assert.ok(recorded.ops.every(({ end }) => end !== undefined));
    assert.doesNotMatch(JSON.stringify(recorded.ops), /secret/);
    assert.equal(kit.flight.openHolds.size, 0, 'given back');
  });

  it('records who waited for a connection and who had it', async (test) => {
    const { orders, port } = await open(test, 1);
    await orders.findOne({});
    const holding = kit.record(() => orders.findOne({ ms: 150 }), '/holder');
    await sleep(40);
    const waiter = await kit.record(() => orders.findOne({}), '/waiter');
    await holding;
    const wait = waiter.op('pool-wait');
    assert.deepEqual([wait.account, wait.detail.max, wait.detail.total, wait.detail.idle], ['db.pool-queue', 1, 1, 0]);
    assert.ok(waiter.recording.resources.get(wait.detail.pool)?.name.startsWith(`mongodb pool 127.0.0.1:${port}`));
    const hold = waiter.recording.holds.find(({ holder }) => holder.route === 'GET /holder');
    assert.ok(hold?.end !== undefined && Math.abs(hold.end - (wait.end ?? 0)) < 30e6);
    assert.equal(waiter.op('db-query').detail.connection, hold.unit);
  });

  it('tells opening a connection from waiting for one', async (test) => {
    const { orders } = await open(test, 2);
    const busy = orders.findOne({ ms: 60 });
    await sleep(20);
    const second = await kit.record(() => orders.findOne({}));
    assert.equal(second.op('pool-wait').account, 'db.connect');
    await busy;
    const again = await kit.record(() => orders.findOne({}));
    assert.equal(again.op('pool-wait').detail.immediate, true);
  });

  it('records a checkout that timed out, one that was aborted, and the library’s own errors', async (test) => {
    const { orders } = await open(test, 1, 50);
    await orders.findOne({});
    const busy = orders.findOne({ ms: 250 });
    await sleep(10);
    const timedOut = await kit.record(() => assert.rejects(orders.findOne({}), { name: 'MongoWaitQueueTimeoutError' }));
    assert.equal(timedOut.op('pool-wait').failure?.timeout, true);
    const stop = new AbortController();
    const aborting = kit.record(() => assert.rejects(orders.findOne({}, { signal: stop.signal })));
    await sleep(5);
    stop.abort();
    assert.equal((await aborting).op('pool-wait').failure?.name, 'AbortError');
    await busy;
    const failed = await kit.record(() => assert.rejects(orders.findOne({ fail: true }), { name: 'MongoServerError' }));
    assert.equal(failed.op('db-query').failure?.name, 'MongoServerError');
  });

  it('shows a client no listener of ours, and leaves the driver’s own watching alone', async (test) => {
    const { client } = await open(test, 1);
    for (const event of [
      'connectionCheckOutStarted',
      'connectionCheckedOut',
      'connectionCheckedIn',
      'commandStarted',
    ] as const) {
      assert.equal(client.listenerCount(event), 0);
    }
    const first = await kit.record(async () => {
      await client.db('shop').command({ ping: 1 });
    });
    assert.deepEqual(
      first.opsOf('db-query').map(({ detail }) => detail.shape),
      ['ping shop'],
    );
  });
});
