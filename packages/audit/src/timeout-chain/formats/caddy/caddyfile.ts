import type { Problem } from '../../../hazard.ts';
import { defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { parseCaddyDuration } from '../../durations.ts';
import { parseEndpoint } from '../../endpoint.ts';
import {
  type ConfigFile,
  type Hop,
  looksLikeTimeout,
  type NotUnderstood,
  type Reading,
  type Timeout,
  type TimeoutKind,
} from '../../hop.ts';
import { idAt, present } from '../../trees/limits.ts';
import type { Format, FormatContext } from '../format.ts';
import { parseCaddyfile, type Segment } from './parse-caddyfile.ts';

const KNOWN =
  /^(?:dial_timeout|read_timeout|write_timeout|response_header_timeout|expect_continue_timeout|keepalive(?:_interval|_idle_conns(?:_per_host)?|_count)?|tls_timeout|timeouts|health_timeout|stream_timeout|resolve_timeout|dial_fallback_delay|propagation_timeout|ttl|dns_ttl|lb_try_duration)$/;

export const caddyfile: Format = {
  id: 'caddy',
  title: 'Caddy (Caddyfile)',
  sniff: ({ file }) => /(?:^|\/)(?:[^/]*\.)?Caddyfile(?:\.[^/]*)?$|\.caddy(?:file)?$/i.test(file),
  read: readCaddyfile,
};

function readCaddyfile(file: ConfigFile, context: FormatContext): Reading {
  const problems: Problem[] = [];
  const segments = expand(file, context, problems, 0);
  const options = segments[0]?.words.length === 0 ? segments[0].block : [];
  const timeouts = options
    .flatMap(({ words, block }) => (words[0] === 'servers' ? block : []))
    .flatMap(({ words, block }) => (words[0] === 'timeouts' ? block : []));
  const hops: Hop[] = [];
  for (const site of segments) {
    if (site.words.length === 0 || site.words[0]?.startsWith('(')) continue;
    // A file of one site may leave out the braces: its first line is the address, the rest its directives.
    const inside = site.block.length > 0 ? site.block : segments.slice(segments.indexOf(site) + 1);
    for (const { proxy, path } of proxiesIn(inside, '')) hops.push(hopOf(proxy, site, path, timeouts));
    if (site.block.length === 0) break;
  }
  return { hops, aliases: [], overlays: [], notUnderstood: unknownIn(segments), problems };
}

/** Puts snippets and imported files where their `import` stands. */
function expand(file: ConfigFile, context: FormatContext, problems: Problem[], depth: number): readonly Segment[] {
  const { segments, problems: own } = parseCaddyfile(file);
  problems.push(...own);
  const snippets = new Map(
    segments.flatMap((segment) =>
      /^\(.*\)$/.test(segment.words[0] ?? '') ? [[segment.words[0]?.slice(1, -1) ?? '', segment.block] as const] : [],
    ),
  );
  const inside = (list: readonly Segment[], level: number): readonly Segment[] =>
    level > 50
      ? []
      : list.flatMap((segment) => {
          const [name, what = ''] = segment.words;
          if (name !== 'import') return [{ ...segment, block: inside(segment.block, level + 1) }];
          const snippet = snippets.get(what);
          if (snippet) return inside(snippet, level + 1);
          const found = depth < 5 ? context.find(what, file.file).filter((it) => it.file !== file.file) : [];
          if (found.length === 0) {
            const { line, column } = segment.place;
            problems.push({
              file: file.file,
              line,
              column,
              message: `import ${what}: no such snippet or file here; what it sets is unknown`,
            });
          }
          return found.flatMap((it) => expand(it, context, problems, depth + 1));
        });
  return inside(segments, 0);
}

function* proxiesIn(segments: readonly Segment[], path: string): Generator<{ proxy: Segment; path: string }> {
  for (const segment of segments) {
    const [name, matcher = ''] = segment.words;
    if (name === 'reverse_proxy') yield { proxy: segment, path: matcher.startsWith('/') ? matcher : path };
    else if (name === 'handle' || name === 'handle_path' || name === 'route')
      yield* proxiesIn(segment.block, matcher.startsWith('/') ? matcher : path);
    else if (segment.block.length > 0 && name !== 'php_fastcgi') yield* proxiesIn(segment.block, path);
  }
}

function hopOf(proxy: Segment, site: Segment, path: string, server: readonly Segment[]): Hop {
  const transport = proxy.block.find(({ words }) => words[0] === 'transport' && words[1] === 'http')?.block ?? [];
  const read = (name: string, kind: TimeoutKind): Timeout | undefined => timeoutIn(transport, name, kind);
  const to = [
    ...proxy.words.slice(1).filter((word) => !/^[@/*]/.test(word)),
    ...proxy.block.filter(({ words }) => words[0] === 'to').flatMap(({ words }) => words.slice(1)),
  ];
  const retries = proxy.block.find(({ words }) => words[0] === 'lb_retries');
  const window = proxy.block.find(({ words }) => words[0] === 'lb_try_duration');
  const keepalive = read('keepalive', 'upstream-keepalive');
  const off = transport.some(({ words }) => words[0] === 'keepalive' && words[1] === 'off');
  return {
    id: idAt('caddy', proxy.place),
    name: `caddy ${site.words[0]?.replace(/,$/, '') ?? ''}${path === '' ? '' : ` ${path}`}`,
    format: 'caddy',
    role: 'proxy',
    place: proxy.place,
    timeouts: present(
      read('response_header_timeout', 'response') ??
        defaultTimeout('caddy.response_header_timeout', 'response_header_timeout', proxy.place),
      read('read_timeout', 'response'),
      read('dial_timeout', 'connect') ?? defaultTimeout('caddy.dial_timeout', 'dial_timeout', proxy.place),
      off ? undefined : (keepalive ?? defaultTimeout('caddy.keepalive', 'keepalive', proxy.place)),
      timeoutIn(server, 'read_header', 'header') ?? defaultTimeout('caddy.read_header', 'read_header', proxy.place),
      timeoutIn(server, 'read_body', 'body'),
      timeoutIn(server, 'write', 'write'),
      timeoutIn(server, 'idle', 'keepalive') ?? defaultTimeout('caddy.idle', 'idle', proxy.place),
    ),
    ...(retries
      ? {
          retries: {
            count: Number(retries.words[1]) || 0,
            setting: 'lb_retries',
            place: retries.place,
            source: 'set',
            ...windowOf(window),
          },
        }
      : {}),
    listens: site.words
      .flatMap((word) => word.split(','))
      .filter((word) => word !== '')
      .map((word) => siteEndpoint(word)),
    upstreams: to.length > 0 ? to.map((word) => parseEndpoint(word)) : [{}],
    reusesUpstream: !off,
  };
}

function windowOf(window: Segment | undefined): { windowMs?: number } {
  const ms = parseCaddyDuration(window?.words[1] ?? '');
  return ms === undefined || ms === 0 ? {} : { windowMs: ms };
}

function siteEndpoint(address: string): ReturnType<typeof parseEndpoint> {
  const endpoint = parseEndpoint(address.replace(/,$/, ''));
  return endpoint.port === undefined ? { ...endpoint, port: 443 } : endpoint;
}

function timeoutIn(block: readonly Segment[], name: string, kind: TimeoutKind): Timeout | undefined {
  const found = block.findLast(({ words }) => words[0] === name);
  const written = found?.words[1];
  if (!found || written === undefined || written === 'off') return undefined;
  // `{$NAME:20s}`: what holds where the variable is not set.
  const [, variable, standard] = /^\{\$(\w+):([^{}]+)\}$/.exec(written) ?? [];
  const value = standard ?? written;
  const ms = /[{$]/.test(value) ? undefined : parseCaddyDuration(value);
  const note = variable === undefined ? undefined : `default of the variable ${variable}`;
  return setTimeoutOf(kind, ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms, name, found.place, note);
}

function unknownIn(segments: readonly Segment[]): NotUnderstood[] {
  return segments.flatMap(({ words: [name = ''], place, block }) => [
    ...(looksLikeTimeout(name) && !KNOWN.test(name) ? [{ setting: name, place }] : []),
    ...unknownIn(block),
  ]);
}
