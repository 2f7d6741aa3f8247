import type { Place } from '../../hazard.ts';
import { setTimeoutOf } from '../defaults/index.ts';
import { showLimit } from '../durations.ts';
import { parseEndpoint, showEndpoint } from '../endpoint.ts';
import type { Format } from '../formats/format.ts';
import type { ConfigFile, Hop, LiveLimit, Reading, Role, TimeoutKind } from '../hop.ts';
import { readYaml } from '../trees/read-yaml.ts';
import { at, items, number, type Tree, text } from '../trees/tree.ts';
import { isNodeDefault } from './node-defaults.ts';

/** What a running agent answers at `/debug/holdup/timeouts?format=json`, or a file it was saved in. */
export const liveTimeouts: Format = {
  id: 'holdup-live',
  title: 'a running Node agent',
  sniff: ({ text: content }) => /^\s*\{\s*"holdup"\s*:\s*"timeouts"/.test(content),
  read,
};

/** What a limit of a part bounds, by the name it has there. */
type Kinds = Readonly<Record<string, TimeoutKind>>;

const SERVER: Kinds = {
  requestTimeout: 'body',
  headersTimeout: 'header',
  keepAliveTimeout: 'keepalive',
  timeout: 'idle',
  connectionsCheckingInterval: 'check-interval',
};
const CLIENT: Kinds = {
  headersTimeout: 'response',
  keepAliveTimeout: 'upstream-keepalive',
  connectTimeout: 'connect',
};
/** `timeout` of an agent is said to a request and closes idle sockets; it ends no exchange by itself. */
const AGENT: Kinds = { timeout: 'upstream-keepalive' };
const POOL: Kinds = {
  connectionTimeoutMillis: 'acquire',
  acquireTimeoutMillis: 'acquire',
  acquire: 'acquire',
  createTimeoutMillis: 'connect',
  connectTimeout: 'connect',
  idleTimeoutMillis: 'upstream-keepalive',
  idleTimeout: 'upstream-keepalive',
  maxLifetimeSeconds: 'lifetime',
  query_timeout: 'query',
  statement_timeout: 'statement',
  lock_timeout: 'lock',
  idle_in_transaction_session_timeout: 'idle-in-transaction',
};
/** The driver's name for its pool, as source is read. */
const POOL_FORMATS: Readonly<Record<string, string>> = {
  pg: 'pg',
  mysql2: 'mysql2',
  tarn: 'knex',
  'sequelize-pool': 'sequelize',
};

function read(file: ConfigFile): Reading {
  const { documents, problems } = readYaml(file);
  const hops = documents.flatMap((document) => hopsOf(document, file.file));
  return {
    hops,
    aliases: [],
    overlays: [],
    notUnderstood: [],
    problems,
    notes: documents.flatMap((document) => notesOf(document, file.file)),
  };
}

function notesOf(document: Tree, file: string): string[] {
  const budget = at(document, 'budget', 'ms');
  const ms = number(budget);
  const stale = number(at(document, 'mainThread', 'staleMs'));
  const source = text(at(document, 'budget', 'source')) ?? 'unknown';
  return [
    `${file}: Node ${text(at(document, 'node')) ?? 'unknown'}; its agent calls ${ms === undefined ? 'no request late by itself' : `a request late after ${showLimit(ms)}`} (${source}), which ends nothing`,
    ...(stale === undefined
      ? []
      : [`${file}: its main thread did not answer; the values are ${showLimit(Math.round(stale))} old`]),
  ];
}

function hopsOf(document: Tree, file: string): Hop[] {
  const node = text(at(document, 'node')) ?? '';
  const part = (tree: Tree, what: Omit<Part, 'tree' | 'file' | 'node'>) => toHop({ ...what, tree, file, node });
  return [
    ...partsOf(document, 'servers').map((tree) => {
      const listens = parseEndpoint(text(at(tree, 'listens')) ?? '');
      return part(tree, {
        role: 'server',
        format: 'node',
        kinds: SERVER,
        name: `node ${showEndpoint(listens)}`,
        listens,
      });
    }),
    ...partsOf(document, 'clients').map((tree) => {
      const library = text(at(tree, 'library')) ?? 'client';
      const to = text(at(tree, 'to'));
      const target = to === undefined ? {} : parseEndpoint(to);
      const name = to === undefined ? (text(at(tree, 'name')) ?? library) : `${library} ${showEndpoint(target)}`;
      const kinds = library === 'undici' ? CLIENT : AGENT;
      return part(tree, { role: 'client', format: library, kinds, name, upstream: target });
    }),
    ...partsOf(document, 'pools').map((tree) => {
      const driver = text(at(tree, 'driver')) ?? '';
      const target = parseEndpoint(text(at(tree, 'to')) ?? '');
      const name = text(at(tree, 'name')) ?? driver;
      return part(tree, { role: 'pool', format: POOL_FORMATS[driver] ?? driver, kinds: POOL, name, upstream: target });
    }),
  ];
}

/** What has no list of limits is nothing of ours. */
function partsOf(document: Tree, sort: string): Tree[] {
  return items(at(document, sort)).filter((tree) => at(tree, 'limits')?.type === 'list');
}

interface Part {
  readonly tree: Tree;
  readonly file: string;
  readonly node: string;
  readonly role: Role;
  readonly format: string;
  readonly kinds: Kinds;
  readonly name: string;
  readonly listens?: Hop['listens'][number];
  readonly upstream?: Hop['upstreams'][number];
}

function toHop({ tree, file, node, role, format, kinds, name, listens, upstream }: Part): Hop {
  const place = { ...tree.place, endLine: tree.place.line, endColumn: tree.place.column + 1 };
  const limits = items(at(tree, 'limits')).flatMap((limit) => limitOf(limit, kinds, role === 'server' ? node : ''));
  const perCall =
    role === 'client' ? [setTimeoutOf('request', 'unknown', 'signal or timeout of each call', place)] : [];
  return {
    id: `live:${file}:${place.line}`,
    name,
    format,
    role,
    place,
    timeouts: [
      ...limits.flatMap(({ kind, ms, setting, place: where, version }) =>
        ms === 'not set'
          ? []
          : [
              {
                ...setTimeoutOf(kind, ms, setting, where),
                live: file,
                ...(version === undefined ? {} : { source: 'default' as const, version }),
              },
            ],
      ),
      ...perCall,
    ],
    listens: listens === undefined ? [] : [listens],
    upstreams: upstream === undefined ? [] : [upstream],
    language: 'node',
    live: { address: file, limits },
  };
}

function limitOf(tree: Tree, kinds: Kinds, node: string): LiveLimit[] {
  const setting = text(at(tree, 'setting')) ?? '';
  const kind = kinds[setting];
  const value = at(tree, 'ms');
  if (kind === undefined || value === undefined) return [];
  const written = text(value);
  const ms = written === undefined ? 'not set' : written === 'none' ? 'none' : (number(value) ?? 'unknown');
  const place: Place = value.place;
  const isDefault = node !== '' && isNodeDefault(setting, ms, node);
  return [{ kind, setting, ms, place, ...(isDefault ? { version: `Node ${node}` } : {}) }];
}
