import { defaultTimeout } from '../../defaults/index.ts';
import { parseCaddyDuration } from '../../durations.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { ConfigFile, Hop, Reading } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { readYaml } from '../../trees/read-yaml.ts';
import { at, each, entries, items, number, type Tree, text } from '../../trees/tree.ts';
import { maps, unknownTimeouts } from '../../trees/walk.ts';
import type { Format } from '../format.ts';

const KNOWN = new Set([
  'dial_timeout',
  'read_timeout',
  'write_timeout',
  'response_header_timeout',
  'expect_continue_timeout',
  'read_header_timeout',
  'idle_timeout',
  'keep_alive',
  'keepalive_interval',
  'timeout',
  'handshake_timeout',
]);

/** Durations are Go's, or a bare number of nanoseconds. */
const parse = (written: string) =>
  parseCaddyDuration(written) ?? (/^\d+$/.test(written) ? Number(written) / 1e6 : undefined);

export const caddyJson: Format = {
  id: 'caddy-json',
  title: 'Caddy (JSON)',
  sniff: ({ file, text: content }) =>
    /\.json$/.test(file) && /"apps"\s*:/.test(content) && /"servers"\s*:/.test(content),
  read: readCaddyJson,
};

function readCaddyJson(file: ConfigFile): Reading {
  const { documents, problems } = readYaml(file);
  const hops = documents.flatMap((document) =>
    entries(at(document, 'apps', 'http', 'servers')).flatMap(([name, { value: server }]) =>
      [...maps(server)]
        .filter(({ map }) => text(at(map, 'handler')) === 'reverse_proxy')
        .map(({ map }) => hopOf(name, server, map)),
    ),
  );
  return {
    hops,
    aliases: [],
    overlays: [],
    notUnderstood: documents.flatMap((document) => unknownTimeouts(document, KNOWN, new Set(['health_checks']))),
    problems,
  };
}

function hopOf(name: string, server: Tree, proxy: Tree): Hop {
  const transport = at(proxy, 'transport');
  const place = proxy.place;
  const balance = at(proxy, 'load_balancing');
  const retries = at(balance, 'retries');
  const keepalive = at(transport, 'keep_alive', 'idle_timeout');
  const off = text(at(transport, 'keep_alive', 'enabled')) === 'false';
  const upstreams = items(at(proxy, 'upstreams')).map((upstream) => parseEndpoint(text(at(upstream, 'dial')) ?? ''));
  return {
    id: idAt('caddy', place),
    name: `caddy ${name}${upstreams[0]?.host ? ` → ${upstreams[0].host}` : ''}`,
    format: 'caddy',
    role: 'proxy',
    place,
    timeouts: present(
      timeoutAt(at(transport, 'response_header_timeout'), {
        kind: 'response',
        setting: 'response_header_timeout',
        parse,
      }) ?? defaultTimeout('caddy.response_header_timeout', 'response_header_timeout', place),
      timeoutAt(at(transport, 'read_timeout'), { kind: 'response', setting: 'read_timeout', parse }),
      timeoutAt(at(transport, 'dial_timeout'), { kind: 'connect', setting: 'dial_timeout', parse }) ??
        defaultTimeout('caddy.dial_timeout', 'dial_timeout', place),
      off
        ? undefined
        : (timeoutAt(keepalive, { kind: 'upstream-keepalive', setting: 'keep_alive.idle_timeout', parse }) ??
            defaultTimeout('caddy.keepalive', 'keep_alive.idle_timeout', place)),
      timeoutAt(at(server, 'read_header_timeout'), { kind: 'header', setting: 'read_header_timeout', parse }) ??
        defaultTimeout('caddy.read_header', 'read_header_timeout', place),
      timeoutAt(at(server, 'read_timeout'), { kind: 'body', setting: 'read_timeout', parse }),
      timeoutAt(at(server, 'write_timeout'), { kind: 'write', setting: 'write_timeout', parse }),
      timeoutAt(at(server, 'idle_timeout'), { kind: 'keepalive', setting: 'idle_timeout', parse }) ??
        defaultTimeout('caddy.idle', 'idle_timeout', place),
    ),
    ...(retries
      ? {
          retries: {
            count: number(retries) ?? 'unknown',
            setting: 'load_balancing.retries',
            place: retries.place,
            source: 'set',
          },
        }
      : {}),
    listens: each(at(server, 'listen')).map((listen) => parseEndpoint(text(listen) ?? '')),
    upstreams: upstreams.length > 0 ? upstreams : [{}],
    reusesUpstream: !off,
  };
}
