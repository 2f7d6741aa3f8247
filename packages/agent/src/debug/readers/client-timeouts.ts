import http from 'node:http';
import https from 'node:https';
import type { KnownParts } from '../../recorder/known-parts.ts';
import type { ClientWire } from '../wire.ts';
import { countOf, limit, optionalLimit } from './limit.ts';
import { isObject, peek, peekNumber, peekSymbol } from './peek.ts';

/** Told; more differ in nothing but their hosts. */
const MAX_CLIENTS = 100;

const CONNECT_UNKNOWN = 'undici keeps it to itself; 10 s where nobody set another';

/** Agents of `http`, and clients of undici by the pool they are in. What is the same is told once. */
export function readClients({ agents, undiciClients, undiciPools }: KnownParts): readonly ClientWire[] {
  const told = new Map<string, ClientWire>();
  const add = (client: ClientWire) => {
    const key = JSON.stringify(client);
    if (told.size < MAX_CLIENTS) told.set(key, client);
  };
  for (const agent of agents) add(readAgent(agent));
  const inPools = new Set<unknown>();
  for (const pool of [...globalPools(), ...undiciPools]) {
    const clients = clientsOf(pool);
    for (const client of clients) inPools.add(client);
    const [first] = clients;
    if (first !== undefined) add(readUndici(first, countOf(peekSymbol(pool, 'connections'))));
  }
  for (const client of undiciClients) if (!inPools.has(client)) add(readUndici(client, 1));
  return [...told.values()];
}

function readAgent(agent: object): ClientWire {
  const options = peek(agent, 'options');
  const protocol = peek(agent, 'protocol') === 'https:' ? 'https' : 'http';
  const isGlobal = agent === http.globalAgent || agent === https.globalAgent;
  const keepAlive = peek(agent, 'keepAlive') === true;
  return {
    library: `${protocol} agent`,
    name: isGlobal ? `${protocol}.globalAgent` : nameOf(agent),
    limits: [optionalLimit('timeout', peek(options, 'timeout'))],
    keepAlive,
    maxSockets: countOf(peekNumber(agent, 'maxSockets')),
    maxTotalSockets: countOf(peekNumber(agent, 'maxTotalSockets')),
    pipelining: null,
  };
}

function nameOf(agent: object): string {
  const name: unknown = peek(peek(agent, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'Agent';
}

/** @param connections how many to this origin; null: no limit */
function readUndici(client: unknown, connections: number | null): ClientWire {
  const url = peekSymbol(client, 'url');
  return {
    library: 'undici',
    name: 'undici',
    ...(url instanceof URL ? { to: url.origin } : {}),
    limits: [
      limit('headersTimeout', peekSymbol(client, 'headers timeout')),
      limit('bodyTimeout', peekSymbol(client, 'body timeout')),
      limit('keepAliveTimeout', peekSymbol(client, 'default keep alive timeout')),
      limit('keepAliveMaxTimeout', peekSymbol(client, 'max keep alive timeout')),
      limit('connectTimeout', undefined, CONNECT_UNKNOWN),
    ],
    keepAlive: true,
    maxSockets: connections,
    maxTotalSockets: null,
    pipelining: countOf(peekSymbol(client, 'pipelining')),
  };
}

/** Under these Node and undici keep the dispatcher of `fetch`; Node 26 has a wrapper without clients under the first. */
const GLOBAL_DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** The pools of the global dispatcher, one for each origin. Node's own come from no file that could be hooked. */
function globalPools(): object[] {
  const pools = new Set<object>();
  for (const name of GLOBAL_DISPATCHERS) {
    const clients = peekSymbol(peek(globalThis, Symbol.for(name)), 'clients');
    if (!(clients instanceof Map)) continue;
    // What is kept for an origin: the pool, a weak reference to it, or a count with it, by version.
    for (const kept of clients.values()) {
      const pool: unknown = kept instanceof WeakRef ? kept.deref() : (peek(kept, 'dispatcher') ?? kept);
      if (isObject(pool)) pools.add(pool);
    }
  }
  return [...pools];
}

function clientsOf(pool: unknown): readonly unknown[] {
  const clients = peekSymbol(pool, 'clients');
  return Array.isArray(clients) ? clients : [];
}
