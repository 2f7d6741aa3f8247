import type { KnownPool } from '../../recorder/known-parts.ts';
import type { LimitWire, PoolLimitsWire } from '../wire.ts';
import { countOf, limit, optionalLimit } from './limit.ts';
import { peek, peekNumber } from './peek.ts';

/** What PostgreSQL is told as a connection begins, and `query_timeout`, which the driver keeps to itself. */
const SESSION_LIMITS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'] as const;

/** Undefined: nobody has it any more. */
export function readPoolTimeouts({ driver, pool: ref, resource }: KnownPool): PoolLimitsWire | undefined {
  const pool = ref.deref();
  if (pool === undefined) return undefined;
  const [system = driver, to = ''] = splitOnce(resource.id, ':');
  return {
    driver,
    system,
    name: resource.name,
    to: splitOnce(to, '#')[0] ?? to,
    max: countOf(resource.capacity),
    limits: READERS[driver](pool),
  };
}

const READERS: Readonly<Record<KnownPool['driver'], (pool: object) => LimitWire[]>> = {
  pg: (pool) => {
    const options = peek(pool, 'options');
    return [
      optionalLimit('connectionTimeoutMillis', peek(options, 'connectionTimeoutMillis')),
      optionalLimit('idleTimeoutMillis', peek(options, 'idleTimeoutMillis')),
      lifetime(options),
      ...sessionLimits(first(peek(pool, '_clients'))),
    ];
  },
  mysql2: (pool) => {
    const config = peek(pool, 'config');
    const refuses = peek(config, 'waitForConnections') === false;
    return [
      // It has no such setting; refused at once is no wait.
      refuses ? { setting: 'acquire', ms: 0 } : { setting: 'acquire', ms: 'none' },
      limit('connectTimeout', peek(peek(config, 'connectionConfig'), 'connectTimeout')),
      optionalLimit('idleTimeout', peek(config, 'idleTimeout')),
    ];
  },
  tarn: (pool) => {
    const held = first(peek(pool, 'used')) ?? first(peek(pool, 'free'));
    return [
      limit('acquireTimeoutMillis', peek(pool, 'acquireTimeoutMillis')),
      limit('createTimeoutMillis', peek(pool, 'createTimeoutMillis')),
      limit('idleTimeoutMillis', peek(pool, 'idleTimeoutMillis')),
      ...sessionLimits(peek(held, 'resource')),
    ];
  },
  'sequelize-pool': (pool) => [
    limit('acquireTimeoutMillis', peek(pool, 'acquireTimeoutMillis')),
    limit('idleTimeoutMillis', peek(pool, 'idleTimeoutMillis')),
    ...sessionLimits(peek(first(peek(pool, '_availableObjects')), 'resource')),
  ],
  // Its numbers are seconds.
  postgres: (pool) => [
    { setting: 'acquire', ms: 'none' },
    ...['connect_timeout', 'idle_timeout', 'max_lifetime'].map((name) => {
      const seconds = peekNumber(pool, name);
      return optionalLimit(name, seconds === undefined ? undefined : seconds * 1000);
    }),
  ],
  mongodb: (pool) => {
    const options = peek(pool, 'options');
    return [
      optionalLimit('waitQueueTimeoutMS', peek(options, 'waitQueueTimeoutMS')),
      optionalLimit('connectTimeoutMS', peek(options, 'connectTimeoutMS')),
      optionalLimit('socketTimeoutMS', peek(options, 'socketTimeoutMS')),
      optionalLimit('maxIdleTimeMS', peek(options, 'maxIdleTimeMS')),
    ];
  },
};

function lifetime(options: unknown): LimitWire {
  const seconds = peekNumber(options, 'maxLifetimeSeconds') ?? 0;
  return limit('maxLifetimeSeconds', seconds * 1000);
}

/** As a connection of the pool was told, whoever said so: options, connection string, environment. */
function sessionLimits(client: unknown): LimitWire[] {
  const parameters = peek(client, 'connectionParameters');
  if (parameters === undefined) {
    const why = 'the pool has no connection at the moment; ask again while it has';
    return [...SESSION_LIMITS, 'query_timeout'].map((name) => limit(name, undefined, why));
  }
  const options = peek(parameters, 'options');
  const queryTimeout = optionalLimit('query_timeout', peek(parameters, 'query_timeout'));
  return [...SESSION_LIMITS.map((name) => sessionLimit(name, peek(parameters, name), options)), queryTimeout];
}

function sessionLimit(setting: string, value: unknown, options: unknown): LimitWire {
  if (value !== undefined && value !== null && value !== false && value !== 0 && value !== '')
    return limit(setting, value);
  if (typeof options === 'string' && options.includes(setting)) {
    return limit(setting, undefined, "it stands in the connection's options");
  }
  return { setting, ms: null, why: "the driver sets none: the database's own holds, or its role's" };
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function splitOnce(text: string, by: string): readonly string[] {
  const at = text.indexOf(by);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
