import type { AgentConfig } from '../../config.ts';
import type { LimitWire, ServerWire, TimeoutsWire } from '../wire.ts';
import { readClients } from './client-timeouts.ts';
import { limit } from './limit.ts';
import { isObject, peek, peekNumber, peekSymbol } from './peek.ts';
import { readPoolTimeouts } from './pool-timeouts.ts';
import type { ReaderScene } from './scene.ts';

/** Routes with a budget of their own that are told. */
const MAX_ROUTES = 100;

const SERVER_LIMITS = [
  'requestTimeout',
  'headersTimeout',
  'keepAliveTimeout',
  'timeout',
  'connectionsCheckingInterval',
] as const;

export type Budgets = Pick<AgentConfig, 'budgetMs' | 'routeBudgets' | 'budgetIsDefault'>;

/** The limits in time that this process really works with. */
export function readTimeouts({ flight, budgets }: Pick<ReaderScene, 'flight' | 'budgets'>): TimeoutsWire {
  const { parts } = flight;
  const { budgetMs, routeBudgets, budgetIsDefault } = budgets;
  return {
    holdup: 'timeouts',
    at: Date.now(),
    pid: process.pid,
    node: process.versions.node,
    budget: {
      ms: Number.isFinite(budgetMs) ? budgetMs : 'none',
      source: budgetIsDefault ? 'default' : 'HOLDUP_BUDGET',
      routes: [...routeBudgets].slice(0, MAX_ROUTES).map(([route, ms]) => ({ route, ms })),
    },
    servers: [...parts.servers].flatMap((server) => readServer(server) ?? []),
    clients: readClients(parts),
    pools: parts.pools.flatMap((pool) => readPoolTimeouts(pool) ?? []),
  };
}

/** Undefined: it does not speak HTTP/1, or does not listen any more. */
function readServer(server: object): ServerWire | undefined {
  const listens = addressOf(server);
  if (listens === undefined || peekNumber(server, 'keepAliveTimeout') === undefined) return undefined;
  return {
    name: isTls(server) ? 'https server' : 'http server',
    listens,
    limits: SERVER_LIMITS.map((name): LimitWire => limit(name, peek(server, name))),
    keepAliveTimeoutBufferMs: peekNumber(server, 'keepAliveTimeoutBuffer') ?? null,
    maxRequestsPerSocket: peekNumber(server, 'maxRequestsPerSocket') || null,
  };
}

/** `127.0.0.1:3000`, or the path of a socket. Node's own code, which only asks the system. */
function addressOf(server: object): string | undefined {
  // Closed, or not there yet: asking would be an error then.
  if (!isObject(peek(server, '_handle'))) return undefined;
  const address: unknown = (server as { address(): unknown }).address();
  if (typeof address === 'string') return address;
  const { address: host, port, family } = (address ?? {}) as { address?: string; port?: number; family?: string };
  if (host === undefined || port === undefined) return undefined;
  return family === 'IPv6' ? `[${host}]:${port}` : `${host}:${port}`;
}

function isTls(server: object): boolean {
  return typeof peek(server, 'setSecureContext') === 'function' || peekSymbol(server, 'kSharedCreds') !== undefined;
}
