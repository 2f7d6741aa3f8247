import { defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { type Hop, looksLikeTimeout, type NotUnderstood, type Retries, type Timeout } from '../../hop.ts';
import { idAt, present } from '../../trees/limits.ts';
import {
  argumentsOf,
  endpointFrom,
  limitOf,
  optionsOf,
  placeOf,
  type Setting,
  type Source,
  timeoutFrom,
} from './options.ts';
import { bare, child, children, type EsNode, nameOf, property, walk } from './syntax.ts';

interface Kind {
  readonly library: string;
  /** Which argument is the address, which the options. */
  readonly url?: number;
  readonly options: number;
  readonly settings: readonly Setting[];
  /** Option that holds the address. */
  readonly base?: string;
  readonly standard?: (place: Timeout['place']) => Timeout[];
  /** Attempts after the first, when nothing is said. */
  readonly retries?: number;
  /** An object that calls are made with; not a call by itself. */
  readonly instance?: boolean;
}

const AXIOS_SETTINGS: readonly Setting[] = [{ kind: 'request', name: 'timeout' }];
const axiosDefault = (place: Timeout['place']) => [defaultTimeout('axios.timeout', 'timeout', place)];
const GOT_SETTINGS: readonly Setting[] = [
  { kind: 'try', name: 'timeout.request' },
  { kind: 'response', name: 'timeout.response' },
  { kind: 'connect', name: 'timeout.connect' },
];
const gotDefault = (place: Timeout['place']) => [defaultTimeout('got.timeout', 'timeout.request', place)];
const UNDICI_SETTINGS: readonly Setting[] = [
  { kind: 'response', name: 'headersTimeout' },
  { kind: 'connect', name: 'connect.timeout' },
  { kind: 'connect', name: 'connectTimeout' },
  { kind: 'upstream-keepalive', name: 'keepAliveTimeout' },
];
const undiciDefault = (place: Timeout['place']) => [defaultTimeout('undici.headersTimeout', 'headersTimeout', place)];
const AGENT_SETTINGS: readonly Setting[] = [
  { kind: 'upstream-keepalive', name: 'freeSocketTimeout' },
  { kind: 'response', name: 'timeout' },
];
/** Got retries twice by default: github.com/sindresorhus/got/blob/main/documentation/7-retry.md */
const GOT_RETRIES = 2;
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'request'] as const;

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'axios.create',
    { library: 'axios', options: 0, settings: AXIOS_SETTINGS, base: 'baseURL', standard: axiosDefault, instance: true },
  ],
  ['axios', { library: 'axios', options: 0, settings: AXIOS_SETTINGS, base: 'url', standard: axiosDefault }],
  ['axios.request', { library: 'axios', options: 0, settings: AXIOS_SETTINGS, base: 'url', standard: axiosDefault }],
  ...METHODS.filter((method) => method !== 'request').map((method) => {
    const options = method === 'post' || method === 'put' || method === 'patch' ? 2 : 1;
    return [
      `axios.${method}`,
      { library: 'axios', url: 0, options, settings: AXIOS_SETTINGS, standard: axiosDefault },
    ] as const;
  }),
  [
    'got.extend',
    {
      library: 'got',
      options: 0,
      settings: GOT_SETTINGS,
      base: 'prefixUrl',
      standard: gotDefault,
      retries: GOT_RETRIES,
      instance: true,
    },
  ],
  ...['got', 'got.got', 'got.default', ...METHODS.map((method) => `got.${method}`)].map(
    (path) =>
      [
        path,
        { library: 'got', url: 0, options: 1, settings: GOT_SETTINGS, standard: gotDefault, retries: GOT_RETRIES },
      ] as const,
  ),
  [
    'ky.create',
    { library: 'ky', options: 0, settings: [{ kind: 'request', name: 'timeout' }], base: 'prefixUrl', instance: true },
  ],
  ['fetch', { library: 'fetch', url: 0, options: 1, settings: [], standard: undiciDefault }],
  ['undici.fetch', { library: 'fetch', url: 0, options: 1, settings: [], standard: undiciDefault }],
  ['undici.request', { library: 'undici', url: 0, options: 1, settings: UNDICI_SETTINGS, standard: undiciDefault }],
  [
    'undici.Agent',
    { library: 'undici', options: 0, settings: UNDICI_SETTINGS, standard: undiciDefault, instance: true },
  ],
  [
    'undici.Pool',
    { library: 'undici', url: 0, options: 1, settings: UNDICI_SETTINGS, standard: undiciDefault, instance: true },
  ],
  [
    'undici.Client',
    { library: 'undici', url: 0, options: 1, settings: UNDICI_SETTINGS, standard: undiciDefault, instance: true },
  ],
  ...['http', 'https'].flatMap((module) => [
    [
      `${module}.request`,
      { library: module, url: 0, options: 1, settings: [{ kind: 'response', name: 'timeout' }] },
    ] as const,
    [
      `${module}.get`,
      { library: module, url: 0, options: 1, settings: [{ kind: 'response', name: 'timeout' }] },
    ] as const,
    [`${module}.Agent`, { library: `${module} agent`, options: 0, settings: AGENT_SETTINGS, instance: true }] as const,
  ]),
  ['agentkeepalive', { library: 'agentkeepalive', options: 0, settings: AGENT_SETTINGS, instance: true }],
]);
const NOT_TIMES = new Set([
  'keepAlive',
  'keepAliveMsecs',
  'timeoutErrorMessage',
  'keepAliveInitialDelay',
  'keepAliveMaxTimeout',
  'keepAliveTimeoutThreshold',
  'bodyTimeout',
  'transitional',
]);

/** Outgoing calls and the clients they are made with. */
export function clientHops(source: Source): { hops: Hop[]; notUnderstood: NotUnderstood[] } {
  const hops = new Map<string, Hop>();
  const notUnderstood: NotUnderstood[] = [];
  const retries = retriesByName(source);
  for (const node of walk(source.program)) {
    const declared = node.type === 'VariableDeclarator' ? nameOf(child(node, 'id')) : undefined;
    const call =
      declared === undefined
        ? node.type === 'CallExpression' || node.type === 'NewExpression'
          ? node
          : undefined
        : bare(child(node, 'init'));
    const kind = call && KINDS.get(source.scope.path(child(call, 'callee')) ?? '');
    if (!call || !kind || (call.type !== 'CallExpression' && call.type !== 'NewExpression')) continue;
    const key = `${call.start}`;
    if (hops.has(key) && declared === undefined) continue;
    hops.set(key, hopOf(source, call, kind, declared, retries));
    if (declared === undefined || hops.size > 0) notUnderstood.push(...unknownOptions(source, call, kind));
  }
  const unique = [...new Map(notUnderstood.map((it) => [`${it.place.line}:${it.place.column}`, it])).values()];
  return { hops: merge([...hops.values()]), notUnderstood: unique };
}

function hopOf(
  source: Source,
  call: EsNode,
  kind: Kind,
  name: string | undefined,
  retriesOf: ReadonlyMap<string, { retries: Retries; each: boolean }>,
): Hop {
  const args = argumentsOf(call);
  const { object, open } = optionsOf(source, args[kind.options]);
  const place = placeOf(source, call);
  const bounded = kind.settings.map((setting) => timeoutFrom(source, object, setting));
  const scalar = kind.library === 'got' && property(object, 'timeout') ? undefined : signalTimeout(source, object);
  const set = present(...bounded, scalar);
  const waits = set.some(({ kind: it }) => it === 'request' || it === 'try' || it === 'response');
  // Options that are not seen whole may hold the timeout: unknown, not "none".
  const rest =
    waits || kind.standard === undefined
      ? []
      : open || hasOwnDispatcher(source, kind, object)
        ? [setTimeoutOf('request', 'unknown', open ? 'options' : 'dispatcher', place)]
        : kind.standard(place);
  const extra = name === undefined ? undefined : retriesOf.get(name);
  const own = ownRetries(source, object, kind, place);
  const timeouts = extra?.each
    ? [...set, ...rest].map((timeout) => (timeout.kind === 'request' ? { ...timeout, kind: 'try' as const } : timeout))
    : [...set, ...rest];
  const target = endpointFrom(source, kind.base ? property(object, kind.base) : args[kind.url ?? -1]);
  const retries = extra?.retries ?? own;
  return {
    id: idAt('client', place),
    name: `${kind.library} ${(kind.instance ? name : undefined) ?? target?.host ?? ''}`.trim(),
    format: kind.library,
    role: 'client',
    place: { ...place, endLine: place.line, endColumn: place.column + 1 },
    timeouts,
    ...(retries ? { retries } : {}),
    listens: [],
    upstreams: target ? [target] : [{}],
    reusesUpstream: true,
    language: 'node',
  };
}

/** A call through a dispatcher of the program's own has that one's limits, and they are not followed here. */
function hasOwnDispatcher(source: Source, { library, instance }: Kind, object: EsNode | undefined): boolean {
  if (instance || (library !== 'fetch' && library !== 'undici')) return false;
  if (property(object, 'dispatcher')) return true;
  for (const node of walk(source.program)) {
    if (node.type === 'CallExpression' && source.scope.path(child(node, 'callee')) === 'undici.setGlobalDispatcher')
      return true;
  }
  return false;
}

/** `signal: AbortSignal.timeout(2_000)`, through a name or `AbortSignal.any([…])`. */
function signalTimeout(source: Source, object: EsNode | undefined): Timeout | undefined {
  const signal = source.scope.follow(property(object, 'signal'));
  if (!signal) return undefined;
  const place = placeOf(source, signal);
  const callee = source.scope.path(child(signal, 'callee'));
  const inside =
    callee === 'AbortSignal.any'
      ? children(bare(argumentsOf(signal)[0]), 'elements').map((it) => source.scope.follow(it))
      : [signal];
  for (const candidate of inside) {
    const [ms] =
      candidate && source.scope.path(child(candidate, 'callee')) === 'AbortSignal.timeout'
        ? argumentsOf(candidate)
        : [];
    if (!ms) continue;
    const limit = limitOf(source, ms, 0);
    return setTimeoutOf('request', limit.ms, 'AbortSignal.timeout', place, limit.note);
  }
  return setTimeoutOf('request', 'unknown', 'signal', place);
}

function ownRetries(
  source: Source,
  object: EsNode | undefined,
  { library, retries: standard }: Kind,
  place: Timeout['place'],
): Retries | undefined {
  const node = property(object, 'retry');
  if (library !== 'got' || standard === undefined) return undefined;
  if (!node) return { count: standard, setting: 'retry.limit', place, source: 'default' };
  const followed = source.scope.follow(node);
  const limit = followed?.type === 'ObjectExpression' ? property(followed, 'limit') : node;
  const value = limit ? source.scope.evaluate(limit).value : standard;
  if (value === 0) return undefined;
  return {
    count: typeof value === 'number' ? value : 'unknown',
    setting: 'retry.limit',
    place: placeOf(source, node),
    source: 'set',
  };
}

/** `axiosRetry(client, { retries: 3 })`. Unless it resets the timeout, axios' timeout covers all attempts. */
function retriesByName(source: Source): Map<string, { retries: Retries; each: boolean }> {
  const found = new Map<string, { retries: Retries; each: boolean }>();
  for (const node of walk(source.program)) {
    if (node.type !== 'CallExpression' || source.scope.path(child(node, 'callee')) !== 'axios-retry') continue;
    const [client, options] = argumentsOf(node);
    const { object } = optionsOf(source, options);
    const count = property(object, 'retries');
    // axios-retry: three, when nothing is said.
    const value = count ? source.scope.evaluate(count).value : 3;
    const each = source.scope.evaluate(property(object, 'shouldResetTimeout')).value === true;
    found.set(nameOf(client) ?? '', {
      retries: {
        count: typeof value === 'number' ? value : 'unknown',
        setting: 'retries',
        place: placeOf(source, count ?? node),
        source: count ? 'set' : 'default',
      },
      each,
    });
  }
  return found;
}

function unknownOptions(source: Source, call: EsNode, kind: Kind): NotUnderstood[] {
  const { object } = optionsOf(source, argumentsOf(call)[kind.options]);
  const known = new Set(kind.settings.map(({ name }) => name.split('.')[0]));
  return children(object, 'properties').flatMap((it) => {
    const name = nameOf(child(it, 'key')) ?? '';
    return looksLikeTimeout(name) && !known.has(name) && !NOT_TIMES.has(name)
      ? [{ setting: `${kind.library} ${name}`, place: placeOf(source, it) }]
      : [];
  });
}

/** Calls that differ in nothing the chain looks at are one hop: a file with forty fetches is not forty hops. */
function merge(hops: readonly Hop[]): Hop[] {
  const merged = new Map<string, Hop>();
  for (const hop of hops) {
    const key = JSON.stringify([
      hop.name,
      hop.upstreams,
      hop.timeouts.map(({ kind, ms, source }) => [kind, ms, source]),
      hop.retries?.count,
    ]);
    if (!merged.has(key)) merged.set(key, hop);
  }
  return [...merged.values()];
}
