import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { parseEndpoint } from '../../endpoint.ts';
import {
  type ConfigFile,
  type Hop,
  NOTHING_READ,
  type Reading,
  type Role,
  type Timeout,
  type TimeoutKind,
} from '../../hop.ts';
import { Lines } from '../../place.ts';
import { namedChildren, type SyntaxNode } from '../../trees/grammar.ts';
import { idAt } from '../../trees/limits.ts';
import type { Format, FormatContext } from '../format.ts';
import { goPools } from './pools.ts';
import { GoProject } from './project.ts';
import { nameOf, nodesOf, placeOf, type Source } from './source.ts';
import { GoNames } from './values.ts';

const SERVER: Readonly<Record<string, TimeoutKind>> = {
  ReadTimeout: 'body',
  ReadHeaderTimeout: 'header',
  WriteTimeout: 'write',
  IdleTimeout: 'keepalive',
};
const CLIENT: Readonly<Record<string, TimeoutKind>> = { Timeout: 'request' };
const TRANSPORT: Readonly<Record<string, TimeoutKind>> = {
  ResponseHeaderTimeout: 'response',
  IdleConnTimeout: 'upstream-keepalive',
  TLSHandshakeTimeout: 'connect',
};
const MOST_CHARACTERS = 2_000_000;

export const go: Format = {
  id: 'go',
  title: 'Go servers, clients and pools (net/http, database/sql, pgxpool)',
  isSource: true,
  needsGrammars: true,
  sniff: ({ file }) => file.endsWith('.go'),
  read: readGo,
};

function readGo(file: ConfigFile, context: FormatContext): Reading {
  const { grammars, variable } = context;
  if (file.text.length > MOST_CHARACTERS)
    return {
      ...NOTHING_READ,
      problems: [{ file: file.file, message: 'larger than 2 million characters: taken for generated, not read' }],
    };
  if (!grammars) return NOTHING_READ;
  const { result, problems } = grammars.go.read(file, (root) => {
    const names = new GoNames(root, new GoProject(context, file.file));
    return hopsOf({
      lines: new Lines(file.file, file.text),
      names,
      root,
      variable: (node) => {
        const name = names.variable(node);
        return name === undefined ? undefined : variable(name, file.file)?.value;
      },
    });
  });
  return { ...NOTHING_READ, hops: result ?? [], problems };
}

function hopsOf(source: Source): Hop[] {
  const transports: { literal: SyntaxNode; timeouts: Timeout[] }[] = [];
  const hops: Hop[] = [];
  for (const literal of nodesOf(source.root, 'composite_literal')) {
    const type = literal.childForFieldName('type')?.text;
    if (type === 'http.Transport') transports.push({ literal, timeouts: timeoutsIn(source, literal, TRANSPORT) });
  }
  for (const literal of nodesOf(source.root, 'composite_literal')) {
    const type = literal.childForFieldName('type')?.text;
    if (type === 'http.Server') hops.push(serverHop(source, literal));
    else if (type === 'http.Client') hops.push(clientHop(source, literal, transports));
  }
  return [...hops, ...callHops(source), ...goPools(source)];
}

function serverHop(source: Source, literal: SyntaxNode): Hop {
  const place = placeOf(source, literal);
  const name = nameOf(literal);
  const set = [...timeoutsIn(source, literal, SERVER), ...assigned(source, name, SERVER), ...timeoutHandler(source)];
  const has = (kind: TimeoutKind) => set.some((timeout) => timeout.kind === kind);
  const body = set.find(({ kind }) => kind === 'body');
  const standard = (id: DefaultId, setting: string) => defaultTimeout(id, setting, place);
  const rest = [
    ...(has('write') ? [] : [standard('go.server.write', 'WriteTimeout')]),
    ...(has('header') || body ? [] : [standard('go.server.header', 'ReadHeaderTimeout')]),
    // Idle connections fall back to ReadTimeout.
    ...(has('keepalive')
      ? []
      : body
        ? [{ ...body, kind: 'keepalive' as const, setting: 'ReadTimeout (as IdleTimeout)' }]
        : [standard('go.server.idle', 'IdleTimeout')]),
  ];
  const address = source.names.text(valueIn(literal, 'Addr'));
  return hop(source, literal, `go ${name ?? 'server'}`, 'server', [...set, ...rest], {
    listens: address === undefined ? [] : [parseEndpoint(address)],
  });
}

function clientHop(
  source: Source,
  literal: SyntaxNode,
  transports: readonly { literal: SyntaxNode; timeouts: Timeout[] }[],
): Hop {
  const place = placeOf(source, literal);
  const name = nameOf(literal);
  const transport = valueIn(literal, 'Transport');
  const followed = source.names.follow(transport);
  const own = transports.find((it) => followed !== undefined && it.literal.startIndex === followed.startIndex);
  const set = [...timeoutsIn(source, literal, CLIENT), ...assigned(source, name, CLIENT), ...(own?.timeouts ?? [])];
  const has = (kind: TimeoutKind) => set.some((timeout) => timeout.kind === kind);
  const idle =
    transport && !own
      ? []
      : [defaultTimeout(own ? 'go.transport.idle-custom' : 'go.transport.idle', 'IdleConnTimeout', place)];
  const timeouts = [
    ...set,
    ...(has('request') ? [] : [defaultTimeout('go.client.timeout', 'Timeout', place)]),
    ...(has('upstream-keepalive') ? [] : idle),
  ];
  return hop(
    source,
    literal,
    `go client${name === undefined || name === 'client' ? '' : ` ${name}`}`,
    'client',
    timeouts,
    {
      upstreams: [{}],
    },
  );
}

/** `http.ListenAndServe` and `http.Get`: a server and a client without any limit. */
function callHops(source: Source): Hop[] {
  return nodesOf(source.root, 'call_expression').flatMap((call) => {
    const callee = call.childForFieldName('function')?.text ?? '';
    const place = placeOf(source, call);
    const [first] = namedChildren(call.childForFieldName('arguments') ?? call);
    const text = source.names.text(first);
    if (/^http\.ListenAndServe(?:TLS)?$/.test(callee)) {
      const timeouts = [
        defaultTimeout('go.server.write', 'WriteTimeout', place),
        defaultTimeout('go.server.header', 'ReadHeaderTimeout', place),
        defaultTimeout('go.server.idle', 'IdleTimeout', place),
        ...timeoutHandler(source),
      ];
      return [
        hop(source, call, 'go server', 'server', timeouts, {
          listens: text === undefined ? [] : [parseEndpoint(text)],
        }),
      ];
    }
    if (!/^http\.(?:Get|Post|PostForm|Head|DefaultClient\.\w+)$/.test(callee)) return [];
    const timeouts = [
      defaultTimeout('go.client.timeout', 'Timeout', place),
      defaultTimeout('go.transport.idle', 'IdleConnTimeout', place),
    ];
    return [
      hop(source, call, `go ${callee}`, 'client', timeouts, {
        upstreams: [text === undefined ? {} : parseEndpoint(text)],
      }),
    ];
  });
}

/** `http.TimeoutHandler(h, 5*time.Second, "…")` ends the waiting with a 503. */
function timeoutHandler(source: Source): Timeout[] {
  return nodesOf(source.root, 'call_expression')
    .filter((call) => call.childForFieldName('function')?.text === 'http.TimeoutHandler')
    .slice(0, 1)
    .map((call) => {
      const limit = namedChildren(call.childForFieldName('arguments') ?? call)[1];
      const { ms, note } = source.names.limit(limit);
      return setTimeoutOf('handler', ms, 'http.TimeoutHandler', placeOf(source, call), note);
    });
}

function hop(
  source: Source,
  node: SyntaxNode,
  name: string,
  role: Role,
  timeouts: readonly Timeout[],
  ends: Partial<Pick<Hop, 'listens' | 'upstreams'>>,
): Hop {
  const place = placeOf(source, node);
  return {
    id: idAt('go', place),
    name,
    format: 'go',
    role,
    place,
    timeouts,
    listens: [],
    upstreams: [],
    ...ends,
    reusesUpstream: true,
    language: 'go',
  };
}

function timeoutsIn(source: Source, literal: SyntaxNode, kinds: Readonly<Record<string, TimeoutKind>>): Timeout[] {
  return Object.entries(kinds).flatMap(([field, kind]) => {
    const value = valueIn(literal, field);
    if (!value) return [];
    const { ms, note } = source.names.limit(value);
    return [setTimeoutOf(kind, ms, field, placeOf(source, value), note)];
  });
}

/** `srv.WriteTimeout = …` after the literal. */
function assigned(source: Source, name: string | undefined, kinds: Readonly<Record<string, TimeoutKind>>): Timeout[] {
  if (name === undefined) return [];
  return nodesOf(source.root, 'assignment_statement').flatMap((node) => {
    const [left] = namedChildren(node.childForFieldName('left') ?? node);
    const [right] = namedChildren(node.childForFieldName('right') ?? node);
    const field = left?.childForFieldName('field')?.text ?? '';
    const kind = left?.childForFieldName('operand')?.text === name ? kinds[field] : undefined;
    if (kind === undefined) return [];
    const { ms, note } = source.names.limit(right);
    return [setTimeoutOf(kind, ms, field, placeOf(source, node), note)];
  });
}

function valueIn(literal: SyntaxNode, field: string): SyntaxNode | undefined {
  const body = literal.childForFieldName('body');
  for (const element of body ? namedChildren(body) : []) {
    if (element.type !== 'keyed_element') continue;
    const [key, value] = namedChildren(element);
    if (key?.text === field && value) return value.type === 'literal_element' ? namedChildren(value)[0] : value;
  }
  return undefined;
}
