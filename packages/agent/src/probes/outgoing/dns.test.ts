import assert from 'node:assert/strict';
import dns, { type LookupAddress, lookup as namedLookup } from 'node:dns';
import dnsPromises, { lookup as namedPromise } from 'node:dns/promises';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startDnsServer } from '@holdup/testkit';
import { assertAbout } from '../testing/bounds.ts';
import { outgoingKit } from '../testing/outgoing.ts';
import { serveHttp, serveTcp } from '../testing/servers.ts';

/** The second where no name server can be reached. */
const UNKNOWN_NAME = /^(ENOTFOUND|EAI_AGAIN)$/;

const calledBack = (host: string) =>
  new Promise<[string, number]>((resolve, reject) => {
    namedLookup(host, (error, address, family) => (error ? reject(error) : resolve([address, family])));
  });

describe('dns.lookup', () => {
  it('is an op and a lookup of the process, by callback, promise, promisify and named import', async (t) => {
    const kit = outgoingKit(t);
    const recorded = await kit.record(async () => {
      const [address, family] = await calledBack('localhost');
      assert.deepEqual(await promisify(dns.lookup)('localhost'), { address, family });
      const found: LookupAddress = await namedPromise('localhost');
      assert.deepEqual(found, { address, family });
      await dns.promises.lookup('localhost', { all: true });
    });
    const ops = recorded.opsOf('dns');
    assert.deepEqual(
      ops.map(({ name, end, detail }) => [name, end !== undefined, detail.host, detail.via]),
      new Array(4).fill(['look up localhost', true, 'localhost', 'getaddrinfo']),
    );
    const { lookups } = recorded.recording;
    assert.deepEqual(
      ops.map(({ detail }) => detail.lookup),
      lookups.map(({ id }) => id),
    );
    for (const [index, { holder, start, end }] of lookups.entries()) {
      assert.equal(holder?.requestId, recorded.request.id);
      assert.equal(start, ops[index]?.start);
      assert.ok(end !== undefined && end >= start);
    }
  });

  it('is nothing for addresses and for what throws', async (t) => {
    const kit = outgoingKit(t);
    const recorded = await kit.record(async () => {
      await calledBack('127.0.0.1');
      await namedPromise('::1');
      assert.throws(() => dns.lookup('localhost', { family: 99 }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
      assert.throws(() => Reflect.apply(dns.lookup, dns, ['localhost']), { code: 'ERR_INVALID_ARG_TYPE' });
    });
    assert.ok(recorded.opsOf('dns').every((op) => op.failure !== undefined));
    assert.ok(recorded.recording.lookups.every((lookup) => lookup.end !== undefined));
    assert.equal(recorded.recording.lookups.length, 1);
  });

  it('keeps its error, and rejects where it rejected before', async (t) => {
    const kit = outgoingKit(t);
    const recorded = await kit.record(async () => {
      const error = { code: UNKNOWN_NAME, hostname: 'name.invalid', syscall: 'getaddrinfo' };
      await assert.rejects(namedPromise('name.invalid'), error);
      await assert.rejects(calledBack('name.invalid'), error);
    });
    const failures = recorded.opsOf('dns').map((op) => op.failure?.code ?? '');
    assert.equal(failures.length, 2);
    for (const failure of failures) assert.match(failure, UNKNOWN_NAME);
  });

  it('of a socket is a phase of the socket, and one lookup', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveTcp(t, (socket) => socket.end());
    const { connect } = await import('node:net');
    const recorded = await kit.record(
      () => new Promise((resolve) => connect(port, 'localhost').on('error', resolve).on('close', resolve).resume()),
    );
    const dnsPhase = recorded.op('socket').phases.find(({ account }) => account === 'dns');
    const [lookup, ...more] = recorded.recording.lookups;
    assert.ok(dnsPhase?.end !== undefined && lookup?.end !== undefined);
    assert.deepEqual(more, []);
    assert.deepEqual(recorded.opsOf('dns'), []);
    assert.ok(lookup.start >= dnsPhase.start && lookup.end <= dnsPhase.end);
  });

  it('of the background is a lookup of nobody', async (t) => {
    const kit = outgoingKit(t);
    const port = await serveHttp(t, (_request, response) => response.end());
    await (await fetch(`http://localhost:${port}/`)).text();
    await calledBack('localhost');
    const { recording, ops } = await kit.record(async () => {
      // Both lie before this request: the flight memory has them all the same.
    });
    assert.deepEqual(ops, []);
    assert.equal(recording.lookups.length, 0);
    const all = [...kit.flight.closedLookups];
    assert.deepEqual(
      all.map(({ host, request }) => [host, request]),
      [
        ['localhost', undefined],
        ['localhost', undefined],
      ],
    );
    assert.equal(kit.flight.openLookups.size, 0);
  });
});

describe('a resolver', () => {
  it('is an op without a slot', async (t) => {
    const kit = outgoingKit(t);
    const server = await startDnsServer({ records: { 'api.test': '127.0.0.1' }, delayMs: 80 });
    t.after(() => server.close());
    const resolver = new dnsPromises.Resolver();
    resolver.setServers([server.address]);
    const byCallback = new dns.Resolver();
    byCallback.setServers([server.address]);
    const recorded = await kit.record(async () => {
      assert.deepEqual(await resolver.resolve4('api.test'), ['127.0.0.1']);
      const found = await new Promise((resolve) => byCallback.resolve('api.test', (_error, list) => resolve(list)));
      assert.deepEqual(found, ['127.0.0.1']);
      await assert.rejects(resolver.resolve4('other.test'), { code: 'ENOTFOUND' });
    });
    const ops = recorded.opsOf('dns');
    assert.deepEqual(
      ops.map(({ detail, failure }) => [detail.host, detail.via, detail.lookup, failure?.code]),
      [
        ['api.test', 'resolver', undefined, undefined],
        ['api.test', 'resolver', undefined, undefined],
        ['other.test', 'resolver', undefined, 'ENOTFOUND'],
      ],
    );
    for (const op of ops) assertAbout(((op.end ?? 0) - op.start) / 1e6, 80, 'the resolver');
    assert.deepEqual(recorded.recording.lookups, []);
  });

  it('is seen once, also after setServers bound the functions anew', async (t) => {
    const before = dns.getServers();
    t.after(() => dns.setServers(before));
    const server = await startDnsServer({ records: { 'api.test': '127.0.0.1' } });
    t.after(() => server.close());
    const kit = outgoingKit(t);
    dns.setServers([server.address]);
    const recorded = await kit.record(async () => {
      await dnsPromises.resolve4('api.test');
      await promisify(dns.resolve4)('api.test');
      await promisify(dns.resolve)('api.test');
    });
    assert.equal(recorded.opsOf('dns').length, 3);
  });
});
