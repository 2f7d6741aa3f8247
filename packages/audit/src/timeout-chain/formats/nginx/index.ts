import type { Problem } from '../../../hazard.ts';
import { type ConfigFile, type Hop, looksLikeTimeout, type NotUnderstood, type Reading } from '../../hop.ts';
import type { Format, FormatContext } from '../format.ts';
import { httpHop, streamHop } from './hops.ts';
import { type Directive, parseNginx } from './parse.ts';
import { limitOf, type Scope } from './scope.ts';
import { headerTimeoutRemarks } from './virtual-servers.ts';

const PASSES = new Set(['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass']);
/** Timeouts that are read, or known to have no part in how long a request may take. */
const KNOWN =
  /^(?:(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_(?:connect|read|send|next_upstream)_timeout|proxy_timeout|(?:proxy|fastcgi|uwsgi|scgi)_cache_lock_timeout|keepalive(?:_timeout|_time|_requests|_disable|_min_timeout)?|(?:client_header|client_body|send|resolver|lingering|preread|proxy_protocol|ssl_session|ssl_handshake|auth_http|http2_recv|http2_idle|worker_shutdown)_timeout|(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_socket_keepalive|reset_timedout_connection|ssl_(?:trusted_)?certificate.*)$/;
/** Includes that every installation has and that set nothing here. */
const HARMLESS_INCLUDE =
  /(?:mime\.types|_params|modules-enabled|fastcgi\.conf|options-ssl-nginx|letsencrypt|proxy_headers)/;
/** Files an include may pull in before it is taken for a circle. */
const MOST_INCLUDES = 200;

export const nginx: Format = {
  id: 'nginx',
  title: 'nginx',
  sniff: ({ file, text }) =>
    /(?:^|\/)nginx[^/]*\.(?:conf|tmpl|template)$|\.(?:nginx|vhost)(?:\.conf)?$/i.test(file) ||
    (/\.(?:conf|template|inc)$|\/(?:sites-(?:enabled|available)|conf\.d)\//.test(file) &&
      /^\s*(?:server|upstream\s+\S+|http|location\s+\S.*)\s*\{|^\s*(?:proxy_\w+|keepalive_timeout|listen)\s[^;=]*;/m.test(
        text,
      )),
  read: readNginx,
};

function readNginx(file: ConfigFile, context: FormatContext): Reading {
  const expansion = new Expansion(context);
  const directives = expansion.expand(file);
  const root: Directive = {
    name: 'main',
    args: [],
    place: { file: file.file, line: 1, column: 1, endLine: 1, endColumn: 1 },
    block: directives,
  };
  const hops: Hop[] = [];
  const upstreams = blocksNamed(directives, 'upstream');
  const remarks = headerTimeoutRemarks(directives);
  const visit = (scope: Scope, block: Directive, stream: boolean) => {
    const here = [...scope, block];
    for (const directive of block.block ?? []) {
      if (PASSES.has(directive.name))
        hops.push(stream ? streamHop(here, directive, upstreams) : httpHop(here, directive, upstreams, remarks));
      if (directive.block) visit(here, directive, stream || directive.name === 'stream');
    }
  };
  visit([], root, false);
  return {
    hops,
    aliases: [],
    overlays: [],
    notUnderstood: notUnderstood(directives),
    problems: [...expansion.problems, ...badValues(directives)],
  };
}

/** Puts the directives of included files where their `include` stands. */
class Expansion {
  readonly problems: Problem[] = [];
  readonly #context: FormatContext;
  readonly #open: string[] = [];
  #files = 0;

  constructor(context: FormatContext) {
    this.#context = context;
  }

  expand(file: ConfigFile): Directive[] {
    const { directives, problems } = parseNginx(file);
    this.problems.push(...problems);
    this.#open.push(file.file);
    const expanded = this.#inside(directives, file.file);
    this.#open.pop();
    return expanded;
  }

  #inside(directives: readonly Directive[], from: string): Directive[] {
    return directives.flatMap((directive) => {
      if (directive.block) return [{ ...directive, block: this.#inside(directive.block, from) }];
      return directive.name === 'include' ? this.#include(directive, from) : [directive];
    });
  }

  #include({ args, place }: Directive, from: string): Directive[] {
    const [pattern] = args;
    if (pattern === undefined) return [];
    const files = this.#context.find(pattern, from).filter(({ file }) => !this.#open.includes(file));
    if (files.length === 0 && !HARMLESS_INCLUDE.test(pattern)) {
      this.problems.push({
        file: from,
        line: place.line,
        column: place.column,
        message: `include ${pattern}: no such file here; what it sets is unknown`,
      });
    }
    this.#files += files.length;
    if (this.#files > MOST_INCLUDES) {
      this.problems.push({
        file: from,
        line: place.line,
        column: place.column,
        message: `more than ${MOST_INCLUDES} included files: the rest is not read`,
      });
      return [];
    }
    return files.flatMap((file) => this.expand(file));
  }
}

function blocksNamed(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === name && directive.block ? [directive] : []),
    ...blocksNamed(directive.block ?? [], name),
  ]);
}

function notUnderstood(directives: readonly Directive[]): NotUnderstood[] {
  return directives.flatMap((directive) => {
    // `map`, `geo` and the like hold values, not directives.
    if (/^(?:map|geo|types|split_clients)$/.test(directive.name)) return [];
    const unknown = looksLikeTimeout(directive.name) && !KNOWN.test(directive.name) && !directive.block;
    return [
      ...(unknown ? [{ setting: directive.name, place: directive.place }] : []),
      ...notUnderstood(directive.block ?? []),
    ];
  });
}

/** Values that are neither a duration nor a variable: nginx itself would refuse them. */
function badValues(directives: readonly Directive[]): Problem[] {
  return directives.flatMap((directive) => {
    const [written = ''] = directive.args;
    const duration =
      /_timeout$/.test(directive.name) && KNOWN.test(directive.name) && !directive.block && !/[$%{<]/.test(written);
    const bad =
      duration &&
      limitOf(written) === 'unknown' &&
      !/^(?:off|on)$/.test(written) &&
      directive.name !== 'ssl_session_timeout';
    const { file, line, column } = directive.place;
    return [
      ...(bad
        ? [
            {
              file,
              line,
              column,
              message: `${directive.name}: "${written}" is not a duration nginx takes (as in 60s, 500ms, 1m 30s); unknown here`,
            },
          ]
        : []),
      ...badValues(directive.block ?? []),
    ];
  });
}
