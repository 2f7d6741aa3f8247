import type { Place } from '../../hazard.ts';
import type { Hop } from '../hop.ts';
import type { Entry, MapTree, ScalarTree, Tree } from '../trees/tree.ts';
import { text } from '../trees/tree.ts';
import { traefikHops } from './traefik.ts';

/** Names of the static configuration as the file has them: flags and the environment are read whatever their case. */
const NAMES: ReadonlyMap<string, string> = new Map(
  [
    'entryPoints',
    'address',
    'transport',
    'respondingTimeouts',
    'readTimeout',
    'writeTimeout',
    'idleTimeout',
    'lifeCycle',
    'graceTimeOut',
    'requestAcceptGraceTimeout',
    'serversTransport',
    'forwardingTimeouts',
    'dialTimeout',
    'responseHeaderTimeout',
    'idleConnTimeout',
    'http',
    'routers',
    'services',
    'middlewares',
    'loadBalancer',
    'serversTransport',
  ].map((name) => [name.toLowerCase(), name]),
);
const ENVIRONMENT = /^TRAEFIK_/;

/** `--entrypoints.web.address=:80` among arguments, `TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: :80` among variables. */
export interface StaticSettings {
  readonly args: readonly Tree[];
  readonly environment: readonly (readonly [string, Tree])[];
}

/** Traefik's static configuration as it is given to its process: one hop, as of a static file. Empty: nothing of the kind. */
export function traefikFromProcess({ args, environment }: StaticSettings): Hop[] {
  const [place] = [...args, ...environment.map(([, tree]) => tree)].map((tree) => tree.place);
  if (place === undefined) return [];
  const root: MutableMap = { type: 'map', entries: new Map(), place };
  for (const [name, value] of environment)
    if (ENVIRONMENT.test(name)) put(root, name.replace(ENVIRONMENT, '').split('_'), value);
  for (const arg of args) {
    const [, name, value] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(text(arg)?.trim() ?? '') ?? [];
    if (name !== undefined) put(root, name.split('.'), { type: 'scalar', value: value ?? 'true', place: arg.place });
  }
  return traefikHops(root);
}

/** `[['http', 'routers', 'a', 'rule'], value]` as the document they would be in a file. */
export function nestedSettings(place: Place, settings: readonly (readonly [readonly string[], Tree])[]): Tree {
  const root: MutableMap = { type: 'map', entries: new Map(), place };
  for (const [path, value] of settings) put(root, path, value);
  return root;
}

interface MutableMap extends MapTree {
  readonly entries: Map<string, Entry>;
}

function put(root: MutableMap, path: readonly string[], value: Tree): void {
  let here = root;
  for (const [index, part] of path.entries()) {
    const name = NAMES.get(part.toLowerCase()) ?? part.toLowerCase();
    if (index === path.length - 1) here.entries.set(name, { key: value.place, value: asScalar(value) });
    else here = within(here, name, value);
  }
}

function within(map: MutableMap, name: string, { place }: Tree): MutableMap {
  const known = map.entries.get(name)?.value;
  // All maps in here were made here.
  if (known?.type === 'map') return known as MutableMap;
  const made: MutableMap = { type: 'map', entries: new Map(), place };
  map.entries.set(name, { key: place, value: made });
  return made;
}

function asScalar(tree: Tree): Tree {
  const written = text(tree);
  return written === undefined ? tree : ({ type: 'scalar', value: written, place: tree.place } satisfies ScalarTree);
}
