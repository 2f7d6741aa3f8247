import assert from 'node:assert/strict';
import dns from 'node:dns';
import dnsPromises from 'node:dns/promises';
import type { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { describe, it } from 'node:test';
import tls from 'node:tls';
import { inspect, promisify } from 'node:util';
import { freePort } from '@holdup/testkit';
import * as undici from 'undici';
import { outgoingKit, type TestScope } from '../testing/outgoing.ts';
import { delayBytes, serveHttp, serveHttps, serveTcp, slowLookup } from '../testing/servers.ts';

/** What a host can see: lines in the order it sees them. */
type Log = (line: string) => void;

const EVENTS = [
  ...['lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'secureConnect', 'ready', 'data', 'end'],
  ...['socket', 'finish', 'response', 'continue', 'timeout', 'abort', 'aborted', 'error', 'close', 'upgrade'],
];

function watch(name: string, emitter: EventEmitter, log: Log): void {
  for (const event of EVENTS) emitter.on(event, (first) => log(`${name} ${event} ${describeValue(first)}`));
}

function describeValue(value: unknown): string {
  if (value instanceof Error) return `${value.name} ${(value as { code?: string }).code} ${value.message}`;
  return typeof value === 'object' ? (value?.constructor?.name ?? 'null') : String(value);
}

function describeEmitter(name: string, emitter: EventEmitter, log: Log): void {
  const counts = emitter.eventNames().map((event) => `${String(event)}=${emitter.listenerCount(event)}`);
  log(`${name} listeners ${counts.join(' ')}`);
  log(`${name} keys ${Reflect.ownKeys(emitter).map(String).join(' ')}`);
  const inherited: string[] = [];
  for (const key in emitter) inherited.push(key);
  log(`${name} for-in ${inherited.sort().join(' ')}`);
  log(`${name} shown ${inspect(emitter, { depth: 0, showHidden: true }).replace(/\d+/g, 'N')}`);
}

function callNode(request: http.ClientRequest, log: Log): Promise<void> {
  return new Promise((resolve) => {
    watch('request', request, log);
    request.on('response', (response: http.IncomingMessage) => {
      watch('response', response, log);
      describeEmitter('response', response, log);
      if (request.socket !== null) describeEmitter('socket', request.socket, log);
      log(`head ${response.rawHeaders.filter((_value, index) => index % 2 === 0).join(' ')}`);
    });
    describeEmitter('request', request, log);
    request.on('close', () => resolve()).end();
  });
}

interface Places {
  readonly port: number;
  readonly https: { readonly port: number; readonly ca: string };
  readonly resetting: number;
  readonly refusing: number;
  readonly silent: number;
}

const SCENARIOS: Readonly<Record<string, (places: Places, log: Log, test: TestScope) => Promise<unknown>>> = {
  'http.get with keep-alive': async ({ port }, log, t) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const options = { host: 'localhost', port, agent, lookup: slowLookup(1) };
    await Promise.all([callNode(http.get(options), log), callNode(http.get(options), () => {})]);
    await callNode(http.get(options), log);
  },
  'https.get': async ({ https: { port, ca } }, log) => {
    await callNode(https.get({ host: 'localhost', port, ca, agent: false, lookup: slowLookup(1) }), log);
  },
  'http.get, reset': async ({ resetting: port }, log) => callNode(http.get({ host: '127.0.0.1', port }), log),
  'http.get, refused': async ({ refusing: port }, log) => {
    const request = http.get({ host: '127.0.0.1', port });
    await callNode(request, (line) => log(line.replace(String(port), 'PORT')));
  },
  'http.get, aborted': async ({ silent: port }, log) => {
    await callNode(http.get({ host: '127.0.0.1', port, signal: AbortSignal.timeout(30) }), log);
  },
  'http.get, destroyed at once': async ({ port }, log) => {
    const request = http.get({ host: '127.0.0.1', port });
    request.destroy(new Error('enough'));
    await callNode(request, log);
  },
  'net.connect': async ({ port }, log) => {
    const socket = net.connect({ host: 'localhost', port, lookup: slowLookup(1) });
    watch('socket', socket, log);
    describeEmitter('socket', socket, log);
    await new Promise((resolve) => socket.on('connect', () => socket.destroy()).on('close', resolve));
  },
  'tls.connect, unknown authority': async ({ https: { port } }, log) => {
    const socket = tls.connect({ host: '127.0.0.1', port });
    watch('socket', socket, log);
    await new Promise((resolve) => socket.on('close', resolve));
  },
  fetch: async ({ port, silent, refusing }, log) => {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    log(`${response.status} ${[...response.headers.keys()].join(' ')} ${await response.text()}`);
    const failure = (error: Error) => log(`${error.name} ${error.message} ${(error.cause as { code?: string })?.code}`);
    await fetch(`http://127.0.0.1:${refusing}/`).catch(failure);
    await fetch(`http://127.0.0.1:${silent}/`, { signal: AbortSignal.timeout(30) }).catch(failure);
  },
  undici: async ({ port, silent }, log, t) => {
    const pool = new undici.Pool(`http://127.0.0.1:${port}`, { connections: 1 });
    t.after(() => pool.destroy());
    const get = async (path: string) => (await pool.request({ path, method: 'GET' })).body.text();
    const order: string[] = [];
    await Promise.all(['/a', '/b', '/c'].map((path) => get(path).then(() => order.push(path))));
    log(order.join(' '));
    const late = undici.request(`http://127.0.0.1:${silent}/`, { signal: AbortSignal.timeout(30) });
    await late.catch((error: Error) => log(`${error.name} ${error.message}`));
    const invalid = pool.request({ path: 'nowhere', method: 'GET' });
    await invalid.catch((error: Error) => log(`${error.name} ${error.message}`));
  },
  dns: async (_places, log) => {
    const shown = (error: unknown, ...results: unknown[]) => log(`${describeValue(error)} ${inspect(results)}`);
    await new Promise<void>((resolve) => {
      const sent = dns.lookup('localhost', { all: true }, function (this: unknown, ...results) {
        log(`this ${describeValue(this)}`);
        shown(...results);
        resolve();
      });
      log(`returns ${describeValue(sent)}`);
    });
    await promisify(dns.lookup)('name.invalid').catch(shown);
    await dnsPromises.lookup('name.invalid').catch(shown);
    log(inspect(await promisify(dns.lookup)('localhost')));
    log(inspect(await dnsPromises.lookup('localhost', { all: true })));
  },
  functions: async (_places, log) => {
    const places: Readonly<Record<string, object>> = {
      'Socket.prototype': net.Socket.prototype,
      'Agent.prototype': http.Agent.prototype,
      'ClientRequest.prototype': http.ClientRequest.prototype,
      dns,
      dnsPromises,
      'Resolver.prototype': dns.Resolver.prototype,
      tls,
      globalThis: Object.fromEntries([['fetch', globalThis.fetch]]),
      AbortSignal,
    };
    for (const [name, place] of Object.entries(places)) {
      for (const key of Reflect.ownKeys(place)) {
        // The emit of a hooked class is its own instead of its parent's.
        if (key === 'emit' || typeof key === 'symbol') continue;
        const { value, ...rest } = Object.getOwnPropertyDescriptor(place, key) ?? {};
        const own =
          typeof value === 'function' ? `${value.name}/${value.length} ${Reflect.ownKeys(value).map(String)}` : '';
        log(`${name}.${key} ${own} ${inspect(rest)}`);
      }
    }
  },
};

async function openPlaces(t: TestScope): Promise<Places> {
  const silent = await serveTcp(t, () => {});
  return {
    port: await serveHttp(t, (_request, response) => response.end('hello')),
    https: await serveHttps(t, (_request, response) => response.end('hello')),
    resetting: await serveTcp(t, (socket) => socket.once('data', () => socket.resetAndDestroy())),
    refusing: await freePort(),
    silent: await delayBytes(t, silent, 1),
  };
}

describe('with the outgoing probe the host sees the same', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(name, async (t) => {
      const places = await openPlaces(t);
      const run = async () => {
        const lines: string[] = [];
        await scenario(places, (line) => lines.push(line), t);
        return lines;
      };
      // The first run loads what is loaded lazily.
      await run();
      const without = await run();
      const kit = outgoingKit(t);
      let seen: string[] = [];
      const recorded = await kit.record(async () => {
        seen = await run();
      });
      assert.deepEqual(seen, without);
      if (name !== 'functions') assert.ok(recorded.ops.length > 0, 'and all the while it is recorded');
      assert.ok(recorded.ops.every((op) => op.end !== undefined));
    });
  }

  it('an unhandled rejection of a lookup', async (t) => {
    outgoingKit(t);
    const seen = new Promise<unknown>((resolve) => {
      const listeners = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      process.once('unhandledRejection', (reason) => {
        for (const listener of listeners) process.on('unhandledRejection', listener);
        resolve(reason);
      });
    });
    dnsPromises.lookup('name.invalid');
    // The second where no name server can be reached.
    assert.match(((await seen) as { code: string }).code, /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('after the probe is taken out', async (t) => {
    const functions = () => [
      ...[net.Socket.prototype.connect, http.Agent.prototype, http.ClientRequest.prototype, dns.lookup, tls.connect],
      ...[dnsPromises.lookup, dns.resolve4, dns.Resolver.prototype.resolve4, http.IncomingMessage.prototype.push],
      ...[globalThis.fetch, AbortSignal.timeout, AbortSignal.prototype.dispatchEvent],
      ...[http.ClientRequest.prototype.emit, net.Socket.prototype.emit, http.ClientRequest.prototype.onSocket],
    ];
    const before = functions();
    const inner = new Set<() => unknown>();
    outgoingKit({ after: (done) => inner.add(done) });
    assert.notDeepEqual(functions(), before);
    for (const done of inner) done();
    assert.deepEqual(functions(), before);
    assert.deepEqual(
      Object.getOwnPropertySymbols(net.Socket.prototype)
        .map(String)
        .filter((key) => /holdup/.test(key)),
      [],
    );
    void t;
  });
});
