import { defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import type { Endpoint, Hop, NotUnderstood, Timeout, TimeoutKind } from '../../hop.ts';
import { looksLikeTimeout } from '../../hop.ts';
import { idAt, present } from '../../trees/limits.ts';
import { argumentsOf, limitOf, optionsOf, placeOf, type Source, timeoutFrom } from './options.ts';
import { bare, child, type EsNode, nameOf, property, walk } from './syntax.ts';

/** What a server's settings bound. `timeout`: silence on the socket, which a slow handler is. */
const SETTINGS: Readonly<Record<string, TimeoutKind>> = {
  requestTimeout: 'body',
  headersTimeout: 'header',
  keepAliveTimeout: 'keepalive',
  timeout: 'idle',
  connectionsCheckingInterval: 'check-interval',
};
const NOT_TIMES = new Set(['keepAliveTimeoutBuffer', 'keepAlive', 'keepAliveInitialDelay']);
const CREATES = new Set(['http.createServer', 'https.createServer', 'http.Server', 'https.Server']);
/** Hono's adapter: the server's own options stand under `serverOptions`. */
const ADAPTERS = new Set(['@hono/node-server.serve', '@hono/node-server.createAdaptorServer']);
const FRAMEWORKS = new Set([
  'express',
  'koa',
  'connect',
  'restify.createServer',
  'polka',
  '@nestjs/core.NestFactory.create',
]);

interface Found {
  readonly name: string | undefined;
  /** What made it: `http.createServer`, `express`. */
  readonly path: string;
  readonly framework: 'node' | 'fastify';
  readonly call: EsNode;
  readonly timeouts: Timeout[];
  readonly listens: Endpoint[];
  /** Other names of it: `const server = app.listen(3000)`. */
  readonly aliases: Set<string>;
}

/** HTTP servers of a file, with what is set on them anywhere in it. */
export function serverHops(source: Source): { hops: Hop[]; notUnderstood: NotUnderstood[] } {
  const found: Found[] = [];
  for (const node of walk(source.program)) {
    const server = created(source, node);
    if (server) found.push(server);
  }
  const notUnderstood: NotUnderstood[] = [];
  for (const node of walk(source.program)) addAlias(node, found);
  for (const node of walk(source.program)) {
    assigned(source, node, found, notUnderstood);
    listened(source, node, found);
  }
  return {
    hops: found.filter((server) => !isWrapped(server, found)).map((server) => hopOf(source, server)),
    notUnderstood,
  };
}

/** What of an application gives the server itself. */
const GIVES_SERVER = new Set(['listen', 'getHttpServer', 'setTimeout']);

function addAlias(node: EsNode, found: readonly Found[]): void {
  const [value, named] = STANDS[node.type] ?? [];
  const call = value === undefined || named === undefined ? undefined : bare(child(node, value));
  const callee = call?.type === 'CallExpression' ? bare(child(call, 'callee')) : undefined;
  if (callee?.type !== 'MemberExpression' || !GIVES_SERVER.has(nameOf(child(callee, 'property')) ?? '')) return;
  const target = named === undefined ? undefined : child(node, named);
  const name = nameOf(target?.type === 'MemberExpression' ? child(target, 'property') : target);
  const server = serverNamed(child(callee, 'object'), found);
  if (name !== undefined && server) server.aliases.add(name);
}

/** `createServer(app)` serves an express app: one server, not two. */
function isWrapped(server: Found, all: readonly Found[]): boolean {
  return (
    FRAMEWORKS.has(server.path) &&
    all.some((other) => other !== server && other.framework === 'node' && !FRAMEWORKS.has(other.path))
  );
}

/** Where a server may stand in source: the field with its value, and the field with its name. */
const STANDS: Readonly<Record<string, readonly [value: string, name?: string]>> = {
  VariableDeclarator: ['init', 'id'],
  AssignmentExpression: ['right', 'left'],
  PropertyDefinition: ['value', 'key'],
  ExpressionStatement: ['expression'],
  ReturnStatement: ['argument'],
  ExportDefaultDeclaration: ['declaration'],
};

function created(source: Source, node: EsNode): Found | undefined {
  const [value, named] = STANDS[node.type] ?? [];
  if (value === undefined) return undefined;
  const call = innermostCall(child(node, value));
  const path = call && source.scope.path(child(call, 'callee'));
  if (!call || path === undefined) return undefined;
  const target = named === undefined ? undefined : child(node, named);
  const name = nameOf(target?.type === 'MemberExpression' ? child(target, 'property') : target);
  if (path === 'fastify' || path === 'fastify.fastify' || path === 'fastify.default')
    return {
      name,
      path,
      framework: 'fastify',
      call,
      timeouts: fastifyTimeouts(source, call),
      listens: [],
      aliases: new Set(),
    };
  if (CREATES.has(path))
    return {
      name,
      path,
      framework: 'node',
      call,
      timeouts: createTimeouts(source, argumentsOf(call)[0]),
      listens: [],
      aliases: new Set(),
    };
  if (ADAPTERS.has(path)) {
    const { object } = optionsOf(source, argumentsOf(call)[0]);
    const port = Number(source.scope.evaluate(property(object, 'port')).value);
    const listens = Number.isInteger(port) && port > 0 ? [{ port }] : [];
    return {
      name,
      path,
      framework: 'node',
      call,
      timeouts: createTimeouts(source, property(object, 'serverOptions')),
      listens,
      aliases: new Set(),
    };
  }
  if (FRAMEWORKS.has(path))
    return { name, path, framework: 'node', call, timeouts: [], listens: [], aliases: new Set() };
  return undefined;
}

/** Of `http.createServer(app).listen(80)` the createServer. */
function innermostCall(node: EsNode | undefined): EsNode | undefined {
  let here = bare(node);
  for (;;) {
    if (here?.type !== 'CallExpression' && here?.type !== 'NewExpression') return undefined;
    const callee = bare(child(here, 'callee'));
    const object = callee?.type === 'MemberExpression' ? bare(child(callee, 'object')) : undefined;
    if (object?.type !== 'CallExpression' && object?.type !== 'NewExpression') return here;
    here = object;
  }
}

function createTimeouts(source: Source, argument: EsNode | undefined): Timeout[] {
  const { object } = optionsOf(source, argument);
  return present(
    ...Object.entries(SETTINGS)
      .filter(([name]) => name !== 'timeout')
      .map(([name, kind]) => timeoutFrom(source, object, { kind, name })),
  );
}

function fastifyTimeouts(source: Source, call: EsNode): Timeout[] {
  const { object } = optionsOf(source, argumentsOf(call)[0]);
  const http = source.scope.follow(property(object, 'http')) ?? source.scope.follow(property(object, 'https'));
  return present(
    timeoutFrom(source, object, { kind: 'body', name: 'requestTimeout' }),
    timeoutFrom(source, object, { kind: 'keepalive', name: 'keepAliveTimeout' }),
    timeoutFrom(source, object, { kind: 'idle', name: 'connectionTimeout' }),
    timeoutFrom(source, object, { kind: 'handler', name: 'handlerTimeout' }),
    timeoutFrom(source, http, { kind: 'header', name: 'headersTimeout' }),
    timeoutFrom(source, http, { kind: 'check-interval', name: 'connectionsCheckingInterval' }),
  );
}

/** `server.keepAliveTimeout = 65_000`, `app.server.…`, `server.setTimeout(…)`. */
function assigned(source: Source, node: EsNode, found: readonly Found[], notUnderstood: NotUnderstood[]): void {
  const call = node.type === 'CallExpression';
  const target = bare(child(node, call ? 'callee' : 'left'));
  if ((!call && node.type !== 'AssignmentExpression') || target?.type !== 'MemberExpression') return;
  const setting = nameOf(child(target, 'property')) ?? '';
  const server = serverNamed(child(target, 'object'), found);
  if (!server) return;
  const value = call ? argumentsOf(node)[0] : child(node, 'right');
  const kind = call ? (setting === 'setTimeout' ? 'idle' : undefined) : SETTINGS[setting];
  if (kind !== undefined && value && setting !== 'connectionsCheckingInterval') {
    const { ms, note } = limitOf(source, value, 'none');
    server.timeouts.push(setTimeoutOf(kind, ms, call ? 'setTimeout' : setting, placeOf(source, node), note));
  } else if (!call && looksLikeTimeout(setting) && !NOT_TIMES.has(setting))
    notUnderstood.push({ setting: `server.${setting}`, place: placeOf(source, node) });
}

function listened(source: Source, node: EsNode, found: readonly Found[]): void {
  if (node.type !== 'CallExpression') return;
  const callee = bare(child(node, 'callee'));
  if (callee?.type !== 'MemberExpression' || nameOf(child(callee, 'property')) !== 'listen') return;
  const object = bare(child(callee, 'object'));
  const server =
    object?.type === 'CallExpression' ? found.find(({ call }) => call === object) : serverNamed(object, found);
  const [first] = argumentsOf(node);
  const { object: options } = optionsOf(source, first);
  const port = Number(source.scope.evaluate(options ? property(options, 'port') : first).value);
  const only = found.length === 1 ? found[0] : undefined;
  if (Number.isInteger(port) && port > 0)
    for (const it of server
      ? found.filter((other) => other === server || server.path === other.path || FRAMEWORKS.has(server.path))
      : only
        ? [only]
        : [])
      it.listens.push({ port });
}

function serverNamed(node: EsNode | undefined, found: readonly Found[]): Found | undefined {
  const here = bare(node);
  if (here?.type === 'MemberExpression') {
    // `app.server`, `this.server`.
    const name = nameOf(child(here, 'property'));
    const owner = nameOf(bare(child(here, 'object')));
    return found.find(
      (it) =>
        it.aliases.has(name ?? '') ||
        (it.name !== undefined && (it.name === name || (name === 'server' && it.name === owner))),
    );
  }
  const name = nameOf(here);
  if (name === undefined) return undefined;
  const exact = found.find((it) => it.name === name) ?? found.find(({ aliases }) => aliases.has(name));
  // `const server = app.listen(3000)`: the server under another name.
  return exact ?? (name === 'server' || name === 'httpServer' ? found[0] : undefined);
}

function hopOf(source: Source, { name, framework, call, timeouts, listens }: Found): Hop {
  const place = placeOf(source, call);
  // The last assignment of a setting is the one in force.
  const set = [...new Map(timeouts.map((timeout) => [timeout.kind, timeout])).values()];
  const has = (kind: TimeoutKind) => set.some((timeout) => timeout.kind === kind);
  const fastify = framework === 'fastify';
  return {
    id: idAt('node', place),
    name: fastify
      ? `fastify ${name === undefined || name === 'fastify' ? 'server' : name}`
      : `node ${name ?? 'server'}`,
    format: fastify ? 'fastify' : 'node',
    role: 'server',
    place: { ...place, endLine: place.line, endColumn: place.column + 1 },
    timeouts: present(
      ...set,
      has('body')
        ? undefined
        : defaultTimeout(fastify ? 'fastify.requestTimeout' : 'node.requestTimeout', 'requestTimeout', place),
      has('header') ? undefined : defaultTimeout('node.headersTimeout', 'headersTimeout', place),
      has('keepalive')
        ? undefined
        : defaultTimeout(fastify ? 'fastify.keepAliveTimeout' : 'node.keepAliveTimeout', 'keepAliveTimeout', place),
      has('check-interval') ? undefined : defaultTimeout('node.checkInterval', 'connectionsCheckingInterval', place),
    ),
    listens,
    upstreams: [],
    language: 'node',
  };
}
