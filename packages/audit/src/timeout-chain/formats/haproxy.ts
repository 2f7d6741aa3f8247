import type { Place, Problem } from '../../hazard.ts';
import { type DefaultId, defaultTimeout, setTimeoutOf } from '../defaults/index.ts';
import { parseHaproxyDuration } from '../durations.ts';
import { parseEndpoint } from '../endpoint.ts';
import type { ConfigFile, Endpoint, Hop, NotUnderstood, Reading, Retries, Timeout, TimeoutKind } from '../hop.ts';
import { Lines } from '../place.ts';
import { idAt, present } from '../trees/limits.ts';
import type { Format } from './format.ts';
import { splitWords, type Word } from './words.ts';

interface Line {
  readonly words: readonly Word[];
  readonly place: Place;
}

interface Section {
  readonly kind: string;
  readonly name: string;
  /** `from` of a section: the defaults it names. */
  readonly from: string | undefined;
  readonly place: Place;
  readonly lines: readonly Line[];
  /** The defaults in force where the section stands. */
  readonly defaults: Section | undefined;
}

const SECTIONS = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'userlist',
  'peers',
  'resolvers',
  'mailers',
  'cache',
  'program',
  'http-errors',
  'ring',
  'fcgi-app',
  'log-forward',
  'crt-store',
  'traces',
]);
/** `timeout <name>`; of the others only those that bound a request are put on the hop. */
const TIMEOUTS = new Set([
  'connect',
  'server',
  'client',
  'queue',
  'http-request',
  'http-keep-alive',
  'check',
  'tunnel',
  'client-fin',
  'server-fin',
  'tarpit',
  'client-hs',
  'resolve',
  'retry',
]);

export const haproxy: Format = {
  id: 'haproxy',
  title: 'HAProxy',
  sniff: ({ file, text }) =>
    /haproxy[^/]*\.(?:cfg|conf|tmpl|j2)$/i.test(file) ||
    (/\.cfg$/.test(file) && /^(?:frontend|backend|listen|defaults)\b/m.test(text)),
  read: readHaproxy,
};

function readHaproxy(file: ConfigFile): Reading {
  const { sections, problems } = sectionsOf(file);
  const backends = sections.filter(({ kind }) => kind === 'backend' || kind === 'listen');
  const hops = backends.flatMap((backend) => hopsOf(backend, sections));
  const notUnderstood = sections.flatMap(unknownIn);
  return { hops, aliases: [], overlays: [], notUnderstood, problems: [...problems, ...sections.flatMap(badValues)] };
}

function sectionsOf({ file, text }: ConfigFile): { sections: Section[]; problems: Problem[] } {
  const lines = new Lines(file, text);
  const sections: (Section & { lines: Line[] })[] = [];
  const problems: Problem[] = [];
  let standing: Section | undefined;
  let offset = 0;
  for (const raw of text.split('\n')) {
    const split = splitWords(raw, offset);
    const start = offset + (raw.length - raw.trimStart().length);
    offset += raw.length + 1;
    if (split.problem !== undefined) {
      const { line, column } = lines.place(split.problem.at, split.problem.at);
      problems.push({ file, line, column, message: split.problem.message });
    }
    const [first, second, third, fourth] = split.words;
    if (!first) continue;
    const place = lines.place(start, split.words.at(-1)?.end ?? start);
    if (SECTIONS.has(first.text) && raw[0] !== ' ' && raw[0] !== '\t') {
      const from = second?.text === 'from' ? third?.text : third?.text === 'from' ? fourth?.text : undefined;
      const defaults =
        from === undefined ? standing : sections.findLast(({ kind, name }) => kind === 'defaults' && name === from);
      const section = {
        kind: first.text,
        name: second?.text === 'from' ? '' : (second?.text ?? ''),
        from,
        place,
        lines: [],
        defaults,
      };
      sections.push(section);
      if (first.text === 'defaults') standing = section;
    } else {
      const open = sections.at(-1);
      if (open) open.lines.push({ words: split.words, place });
      else if (!/^\./.test(first.text))
        problems.push({
          file,
          line: place.line,
          column: place.column,
          message: `"${first.text}" stands before any section (global, defaults, frontend, backend, listen)`,
        });
    }
  }
  return { sections, problems };
}

/** A line of a section, or of the defaults in force there. */
function lookUp(section: Section | undefined, ...start: readonly string[]): Line | undefined {
  if (section === undefined) return undefined;
  const own = section.lines.findLast(({ words }) => start.every((word, index) => words[index]?.text === word));
  if (own) return own;
  // A named defaults section may itself be built on another.
  return section.defaults === undefined ||
    section.defaults === section ||
    (section.kind === 'defaults' && section.from === undefined)
    ? undefined
    : lookUp(section.defaults, ...start);
}

function timeoutOf(section: Section | undefined, name: string, kind: TimeoutKind): Timeout | undefined {
  const line = lookUp(section, 'timeout', name);
  if (!line) return undefined;
  const written = line.words[2]?.text ?? '';
  const ms = parseHaproxyDuration(written);
  // Zero: "no timeout", as if it were not set.
  return setTimeoutOf(kind, ms === undefined ? 'unknown' : ms === 0 ? 'none' : ms, `timeout ${name}`, line.place);
}

function hopsOf(backend: Section, sections: readonly Section[]): Hop[] {
  const fronts =
    backend.kind === 'listen'
      ? [backend]
      : sections.filter((section) => section.kind === 'frontend' && routesTo(section, backend.name));
  const servers = backend.lines.filter(
    ({ words }) => words[0]?.text === 'server' || words[0]?.text === 'server-template',
  );
  if (servers.length === 0 || isStatsOnly(backend)) return [];
  const front = fronts[0];
  const orDefault = (timeout: Timeout | undefined, id: DefaultId, setting: string) =>
    timeout ?? defaultTimeout(id, setting, backend.place);
  // Half of the idle connections are closed each time: one may well stay longer.
  const purge = [...servers, lookUp(backend, 'default-server')].find(
    (line) => line && wordAfter(line, 'pool-purge-delay'),
  );
  const purgeMs = purge && parseHaproxyDuration(wordAfter(purge, 'pool-purge-delay')?.text ?? '');
  const retries = retriesOf(backend);
  return [
    {
      id: idAt('haproxy', backend.place),
      name: `haproxy ${backend.name}`,
      format: 'haproxy',
      role: 'proxy',
      place: backend.place,
      timeouts: present(
        orDefault(timeoutOf(backend, 'server', 'response'), 'haproxy.server', 'timeout server'),
        orDefault(timeoutOf(backend, 'connect', 'connect'), 'haproxy.connect', 'timeout connect'),
        timeoutOf(backend, 'queue', 'queue'),
        timeoutOf(front, 'http-request', 'header'),
        timeoutOf(front, 'http-keep-alive', 'keepalive') ??
          timeoutOf(front, 'http-request', 'keepalive') ??
          timeoutOf(front, 'client', 'keepalive'),
        purge
          ? setTimeoutOf('upstream-keepalive', purgeMs ?? 'unknown', 'pool-purge-delay', purge.place)
          : defaultTimeout('haproxy.upstream-keepalive', 'pool-purge-delay', backend.place),
      ),
      ...(retries ? { retries } : {}),
      listens: fronts.flatMap(listensOf),
      upstreams: servers.map(({ words }) => parseEndpoint(words[2]?.text ?? '')),
      reusesUpstream:
        !lookUp(backend, 'http-reuse', 'never') &&
        !lookUp(backend, 'option', 'httpclose') &&
        !lookUp(backend, 'option', 'http-server-close'),
    },
  ];
}

function isStatsOnly({ lines }: Section): boolean {
  return (
    lines.some(({ words }) => words[0]?.text === 'stats') && !lines.some(({ words }) => words[0]?.text === 'server')
  );
}

function routesTo(frontend: Section, backend: string): boolean {
  return (
    frontend.lines.some(
      ({ words }) =>
        (words[0]?.text === 'use_backend' || words[0]?.text === 'default_backend') &&
        (words[1]?.text === backend || /[%[]/.test(words[1]?.text ?? '')),
    ) ||
    frontend.defaults?.lines.some(({ words }) => words[0]?.text === 'default_backend' && words[1]?.text === backend) ===
      true
  );
}

function listensOf(section: Section): Endpoint[] {
  const binds = section.lines
    .filter(({ words }) => words[0]?.text === 'bind')
    .flatMap(({ words }) => (words[1]?.text ?? '').split(','));
  return binds.map((bind) => parseEndpoint(bind.replace(/^\*/, '')));
}

/** `retries` repeats connecting only; a `retry-on` that names an answer's failure repeats the request. */
function retriesOf(backend: Section): Retries | undefined {
  const on = lookUp(backend, 'retry-on');
  if (!on?.words.some(({ text }) => /^(?:response-timeout|all-retryable-errors|50[0-4]|empty-response)$/.test(text)))
    return undefined;
  const line = lookUp(backend, 'retries');
  const count = Number(line?.words[1]?.text ?? 3);
  return {
    count: Number.isInteger(count) ? count : 'unknown',
    setting: 'retries',
    place: (line ?? on).place,
    source: line ? 'set' : 'default',
  };
}

function wordAfter({ words }: Line, name: string): Word | undefined {
  const index = words.findIndex(({ text }) => text === name);
  return index === -1 ? undefined : words[index + 1];
}

function unknownIn({ lines, kind }: Section): NotUnderstood[] {
  if (kind === 'resolvers' || kind === 'mailers' || kind === 'peers') return [];
  return lines
    .filter(({ words: [first, second] }) => first?.text === 'timeout' && !TIMEOUTS.has(second?.text ?? ''))
    .map(({ words, place }) => ({
      setting: words
        .slice(0, 2)
        .map(({ text }) => text)
        .join(' '),
      place,
    }));
}

function badValues({ lines }: Section): Problem[] {
  return lines
    .filter(
      ({ words }) =>
        words[0]?.text === 'timeout' &&
        TIMEOUTS.has(words[1]?.text ?? '') &&
        parseHaproxyDuration(words[2]?.text ?? '') === undefined &&
        !/[$%{<"]/.test(words[2]?.text ?? ''),
    )
    .map(({ words, place: { file, line, column } }) => ({
      file,
      line,
      column,
      message: `timeout ${words[1]?.text}: "${words[2]?.text ?? ''}" is not a duration HAProxy takes (as in 30s, 5000, 1m); unknown here`,
    }));
}
