import type { Place } from '../../hazard.ts';
import { defaultTimeout } from '../defaults/index.ts';
import { parseGoDuration } from '../durations.ts';
import { interpolate, type Variable } from '../environment.ts';
import { type ConfigFile, type Hop, looksLikeTimeout, NOTHING_READ, type NotUnderstood, type Reading } from '../hop.ts';
import { idAt, timeoutAt } from '../trees/limits.ts';
import { readYaml } from '../trees/read-yaml.ts';
import { at, each, entries, number, type Tree, text } from '../trees/tree.ts';
import { mysqlHop } from './database/mysql.ts';
import { postgresHop } from './database/postgres.ts';
import type { Setting } from './database/settings-file.ts';
import { readVariables } from './dotenv.ts';
import type { Format, FormatContext } from './format.ts';
import { traefikFromProcess } from './traefik-flags.ts';
import { traefikFromLabels } from './traefik-labels.ts';

/** What a service runs, by the last part of its image's name. */
const IMAGES: readonly (readonly [RegExp, Service['runs']])[] = [
  [/^(?:postgres(?:ql)?|postgis|timescaledb(?:-ha)?|pgvector)$/, 'postgres'],
  [/^(?:mysql(?:-server)?|mariadb|percona(?:-server)?)$/, 'mysql'],
  [/^traefik$/, 'traefik'],
  [
    /^(?:nginx(?:-unprivileged)?|openresty|haproxy|envoy|caddy|httpd|pgbouncer|pgcat|redis|valkey|memcached|rabbitmq|kafka|mongo(?:db)?|elasticsearch|minio)$/,
    'other',
  ],
];

export const compose: Format = {
  id: 'compose',
  title: 'Docker Compose',
  sniff: ({ file, text: content }) =>
    /\.ya?ml$/.test(file) &&
    /^services:\s*(?:#.*)?$/m.test(content) &&
    (/(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/.test(file) || /^\s+(?:image|build):/m.test(content)),
  read: readCompose,
};

interface Service {
  readonly name: string;
  readonly tree: Tree;
  readonly key: Place;
  readonly runs: 'postgres' | 'mysql' | 'traefik' | 'other' | 'program';
}

function readCompose(file: ConfigFile, context: FormatContext): Reading {
  const { documents, problems } = readYaml(file);
  const services = documents.flatMap((document) =>
    entries(at(document, 'services')).map(([name, { value, key }]): Service => {
      return { name, tree: value, key, runs: runsWhat(value) };
    }),
  );
  return {
    ...NOTHING_READ,
    hops: services.flatMap(hopsOf),
    variables: services.flatMap((service) => variablesOf(service, file, context)),
    notUnderstood: services.flatMap(unknownIn),
    problems,
  };
}

function runsWhat(service: Tree): Service['runs'] {
  // A tag may hold a colon of its own: `postgres:${PG:-17}`.
  const image = (text(at(service, 'image')) ?? '').replaceAll(/\$\{[^}]*\}/g, '_');
  const name =
    image
      .replace(/@.*$/, '')
      .replace(/:[^/]*$/, '')
      .split('/')
      .at(-1) ?? '';
  return IMAGES.find(([pattern]) => pattern.test(name))?.[1] ?? 'program';
}

function hopsOf(service: Service): Hop[] {
  const { name, tree, key, runs } = service;
  switch (runs) {
    case 'postgres':
      return [postgresHop(`postgresql ${name}`, key, flagsOf(service), [{ host: name, port: 5432 }], true)];
    case 'mysql':
      return [mysqlHop(`mysql ${name}`, key, flagsOf(service), [{ host: name, port: 3306 }])];
    case 'traefik':
      return traefikFromProcess({ args: argsOf(tree), environment: environmentOf(tree) });
    case 'other':
      return [];
    case 'program':
      return [programHop(service), ...labelledHops(service)];
  }
}

/** What Traefik makes of a container's labels. */
function labelledHops({ name, tree, key }: Service): Hop[] {
  const [port] = portsOf(tree);
  // Swarm reads them of the service.
  const labels = [...pairsIn(at(tree, 'labels')), ...pairsIn(at(tree, 'deploy', 'labels'))];
  return traefikFromLabels({ host: name, port, place: key, labels });
}

/** A container of one's own program: what ends it is the grace period; an unhealthy one is not restarted by Compose. */
function programHop({ name, tree, key }: Service): Hop {
  const ports = portsOf(tree);
  const grace = withStandard(at(tree, 'stop_grace_period'));
  const parse = (written: string) => parseGoDuration(written);
  return {
    id: idAt('compose', key),
    name: `container ${name}`,
    format: 'compose',
    role: 'workload',
    place: key,
    timeouts: [
      timeoutAt(grace, { kind: 'grace', setting: 'stop_grace_period', parse, zero: 0 }) ??
        defaultTimeout('compose.stop_grace_period', 'stop_grace_period', key),
    ],
    listens: ports.length === 0 ? [{ host: name }] : ports.map((port) => ({ host: name, port })),
    upstreams: ports.map((port) => ({ host: 'localhost', port })),
  };
}

function portsOf(tree: Tree): number[] {
  return [
    ...each(at(tree, 'ports')).flatMap((port) => number(at(port, 'target')) ?? containerPort(text(port) ?? '') ?? []),
    ...each(at(tree, 'expose')).flatMap((port) => number(port) ?? []),
  ];
}

/** `${GRACE:-45s}`: what holds where the variable is not set. */
function withStandard(tree: Tree | undefined): Tree | undefined {
  const [, variable, standard] = /^\$\{(\w+):?-([^${}]+)\}$/.exec(text(tree) ?? '') ?? [];
  if (tree?.type !== 'scalar' || standard === undefined) return tree;
  return { ...tree, value: standard, note: `default of the variable ${variable}` };
}

/** `8080:3000`, `127.0.0.1:8080:3000/tcp`, `3000`. */
function containerPort(written: string): number | undefined {
  const port = /(\d+)(?:\/\w+)?$/.exec(written)?.[1];
  return port === undefined ? undefined : Number(port);
}

function argsOf(tree: Tree): Tree[] {
  return [at(tree, 'entrypoint'), at(tree, 'command')].flatMap((written) => {
    if (written?.type !== 'scalar') return [...each(written)];
    const words = String(written.value ?? '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
    return words.map((word): Tree => ({ ...written, value: word.replaceAll(/^["']|["']$/g, '') }));
  });
}

function environmentOf(tree: Tree): (readonly [string, Tree])[] {
  return pairsIn(at(tree, 'environment'));
}

/** `NAME: value` and `- NAME=value`. */
function pairsIn(tree: Tree | undefined): (readonly [string, Tree])[] {
  if (tree?.type === 'map') return entries(tree).map(([name, { value }]) => [name, value] as const);
  return each(tree).flatMap((item) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text(item) ?? '') ?? [];
    return name === undefined ? [] : [[name, { type: 'scalar', value: value ?? '', place: item.place }] as const];
  });
}

/** What a program is started with: its files of variables, then what stands here; values from the `.env` beside the file. */
function variablesOf({ name, tree, runs }: Service, file: ConfigFile, context: FormatContext): Variable[] {
  if (runs !== 'program') return [];
  const beside = new Map(
    context
      .find('.env', file.file)
      .flatMap((it) => readVariables(it).map((variable) => [variable.name, variable.value])),
  );
  const fromFiles = each(at(tree, 'env_file')).flatMap((it) => {
    const path = text(it) ?? text(at(it, 'path'));
    return path === undefined ? [] : context.find(path, file.file).flatMap(readVariables);
  });
  const own = environmentOf(tree).map(([variable, value]): Variable => {
    const written = text(value);
    return {
      name: variable,
      value: written === undefined ? undefined : interpolate(written, (it) => beside.get(it)),
      place: value.place,
    };
  });
  const folder = buildFolder(tree, file.file);
  return [...fromFiles.filter((it) => !own.some((other) => other.name === it.name)), ...own].map((variable) => ({
    ...variable,
    folder: folder ?? `${name}/`,
  }));
}

/** `build: ./api` as a path like those of the files. */
function buildFolder(tree: Tree, file: string): string | undefined {
  const context = text(at(tree, 'build', 'context')) ?? text(at(tree, 'build'));
  if (context === undefined || /[$:]/.test(context)) return undefined;
  const parts = [...file.split('/').slice(0, -1), ...context.split('/')];
  const path: string[] = [];
  for (const part of parts) {
    if (part === '..') path.pop();
    else if (part !== '' && part !== '.') path.push(part);
  }
  return path.length === 0 ? '' : `${path.join('/')}/`;
}

/** `-c statement_timeout=5s` and `--statement-timeout=5s`; what holds a variable of the shell stays open. */
function flagsOf({ tree }: Service): Setting[] {
  const args = argsOf(tree);
  return args.flatMap((arg, index) => {
    const word = text(arg) ?? '';
    const after = word === '-c' ? (text(args[index + 1]) ?? '') : word.replace(/^(?:-c|--)/, '');
    if (after === word && word !== '-c') return [];
    const [, name, value] = /^([\w-]+)=(.*)$/s.exec(after) ?? [];
    if (name === undefined || value === undefined) return [];
    const key = name.replaceAll('-', '_').replace(/^loose_/, '');
    return [{ name: key, value: value.replaceAll(/^'|'$/g, ''), section: '', place: arg.place }];
  });
}

/** A program's own variables say nothing to this audit, and what looks like a limit is named. */
function unknownIn({ name, tree, runs }: Service): NotUnderstood[] {
  if (runs !== 'program') return [];
  return environmentOf(tree).flatMap(([variable, { place }]) =>
    looksLikeTimeout(variable.replace(/_(?:MS|MILLIS|SECONDS|SEC|S)$/i, ''))
      ? [{ setting: `${name} environment ${variable}`, place, variable }]
      : [],
  );
}
