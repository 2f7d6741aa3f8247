import dns from 'node:dns';
import net from 'node:net';
import { inspect, promisify } from 'node:util';
import { startDnsServer } from '@holdup/testkit';
import { seeCall, seeOrder, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { ownKeys } from '../see/watch.ts';

const METHODS = ['resolve4', 'resolve6', 'resolveMx', 'resolveTxt', 'reverse', 'resolveAny'] as const;

export const behaviours: Behaviours = {
  async lookup({ see }) {
    const callback = (name: string, options: dns.LookupAllOptions) =>
      new Promise<void>((resolve) => {
        const sent = dns.lookup(name, options, function (this: unknown, ...results: unknown[]) {
          see(name, options, results, inspect(this, { depth: 0 }));
          resolve();
        });
        see('returns', inspect(sent, { depth: 0 }));
      });
    await callback('localhost', { all: true });
    await callback('localhost', { all: true, family: 4 });
    await callback('127.0.0.1', { all: true });
    await callback('no-such-host.invalid', { all: true });
    await seeSettled(see, 'promisified', promisify(dns.lookup)('localhost', 4));
    await seeSettled(see, 'promise', dns.promises.lookup('localhost', { family: 4 }));
    await seeSettled(see, 'unknown', dns.promises.lookup('no-such-host.invalid'));
    await seeSettled(see, 'address', dns.promises.lookup('127.0.0.1'));
    await seeTurns(see, 'address', dns.promises.lookup('127.0.0.1'));
    await seeSettled(
      see,
      'service',
      dns.promises.lookupService('127.0.0.1', 80).then(({ service }) => service),
    );
  },
  async 'errors of calls'({ see }) {
    seeCall(see, 'family', () => dns.lookup('x', { family: 9 }, () => {}));
    seeCall(see, 'no callback', () => (dns.lookup as unknown as (name: string) => void)('x'));
    seeCall(see, 'no name', () => dns.lookup(7 as never, () => {}));
    seeCall(see, 'hints', () => dns.lookup('x', { hints: 1e9 }, () => {}));
    seeCall(see, 'type', () => dns.resolve('x', 'NONSENSE' as never, () => {}));
    seeCall(see, 'service', () => dns.lookupService('x', 1, () => {}));
    await seeSettled(see, 'empty', dns.promises.lookup(''));
    await seeSettled(see, 'reverse', (async () => dns.promises.reverse('nonsense'))());
    await seeSettled(see, 'promise', (async () => dns.promises.lookup('x', { family: 9 as never }))());
  },
  async 'a callback that throws'({ see }) {
    await new Promise<void>((resolve) => {
      dns.lookup('127.0.0.1', () => {
        setTimeout(resolve, 5);
        throw new Error('in a lookup');
      });
    });
    await new Promise<void>((resolve) => {
      dns.lookup('localhost', () => {
        setTimeout(resolve, 5);
        void seeTurn(see, 'lookup');
        throw new Error('in a later lookup');
      });
    });
  },
  async resolvers(stage) {
    const server = await startDnsServer({ records: { 'shop.example': '127.0.0.9' } });
    stage.after(() => server.close());
    const answered = new dns.promises.Resolver();
    answered.setServers([server.address]);
    await seeSettled(stage.see, 'found', answered.resolve4('shop.example'));
    await seeSettled(stage.see, 'with ttl', answered.resolve4('shop.example', { ttl: true }));
    await seeSettled(stage.see, 'unknown', answered.resolve4('no.example'));
    await seeSettled(stage.see, 'no data', answered.resolve6('shop.example'));
    const silent = new dns.promises.Resolver({ timeout: 15, tries: 1 });
    silent.setServers(['127.0.0.1:9']);
    for (const method of METHODS) {
      const name = method === 'reverse' ? '127.0.0.1' : 'shop.example';
      const find = silent[method] as (name: string) => Promise<unknown>;
      await seeSettled(stage.see, method, find.call(silent, name));
    }
    stage.see(ownKeys(silent));
    const old = new dns.Resolver({ timeout: 1_000, tries: 1 });
    old.setServers(['127.0.0.1:9']);
    const pending = new Promise((resolve) =>
      stage.see(
        inspect(
          old.resolve4('x.example', (error) => resolve(error)),
          { depth: 0 },
        ),
      ),
    );
    old.cancel();
    stage.see(await pending);
    stage.see(old.getServers(), dns.getDefaultResultOrder());
  },
  async 'settle order'({ see }) {
    await seeOrder(see, {
      address: dns.promises.lookup('127.0.0.1'),
      invalid: (async () => dns.promises.lookup('x', { family: 9 as never }))(),
      tick: Promise.resolve(),
    });
  },
  async 'lookups of sockets'(stage) {
    const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.on('listening', resolve));
    stage.after(() => server.close());
    const { port } = server.address() as net.AddressInfo;
    const own = (
      _host: string,
      options: unknown,
      done: (error: null, found: { address: string; family: number }[]) => void,
    ) => {
      stage.see('asked', options);
      setTimeout(done, 2, null, [{ address: '127.0.0.1', family: 4 }]);
    };
    for (const lookup of [own, dns.lookup]) {
      const socket = net.connect({ host: 'localhost', port, lookup: lookup as never, autoSelectFamily: true });
      socket.on('lookup', (...found) => stage.see('lookup', found));
      socket.on('connect', () => stage.see('connected'));
      await new Promise((resolve) => socket.on('close', resolve).resume());
    }
  },
  functions({ see }) {
    for (const place of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
      for (const key of Reflect.ownKeys(place)) {
        const { value, ...rest } = Object.getOwnPropertyDescriptor(place, key) ?? {};
        see(String(key), typeof value === 'function' ? `${value.name}/${value.length}` : typeof value, rest);
      }
  },
};
