import type { Place } from '../../../hazard.ts';
import { type DefaultId, defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { secondsOf, showLimit } from '../../durations.ts';
import {
  type Hop,
  looksLikeTimeout,
  type NotUnderstood,
  type Remark,
  type Retries,
  type Timeout,
  type TimeoutKind,
} from '../../hop.ts';
import { VALUE_IGNORED } from '../../rules/value-ignored.ts';
import { idAt } from '../../trees/limits.ts';
import { at, entries, number, type Tree, text } from '../../trees/tree.ts';
import type { Resource } from './resource.ts';

export const PREFIX = 'nginx.ingress.kubernetes.io/';

interface Setting {
  readonly name: string;
  readonly kind: TimeoutKind;
  readonly standard?: DefaultId;
}

/** Of one Ingress, as annotations; of all of them, in the ConfigMap. */
const SHARED: readonly Setting[] = [
  { name: 'proxy-read-timeout', kind: 'response', standard: 'ingress-nginx.read' },
  { name: 'proxy-connect-timeout', kind: 'connect', standard: 'ingress-nginx.connect' },
  { name: 'proxy-send-timeout', kind: 'send' },
];
const GLOBAL: readonly Setting[] = [
  ...SHARED,
  { name: 'upstream-keepalive-timeout', kind: 'upstream-keepalive', standard: 'ingress-nginx.upstream-keepalive' },
  { name: 'keep-alive', kind: 'keepalive', standard: 'ingress-nginx.keep-alive' },
  { name: 'client-header-timeout', kind: 'header' },
  { name: 'client-body-timeout', kind: 'body' },
];
/** Known, and no limit of a request's waiting. */
const ELSEWHERE = new Set([
  'proxy-next-upstream-timeout',
  'proxy-stream-timeout',
  'proxy-stream-next-upstream-timeout',
  'proxy-protocol-header-timeout',
  'http2-idle-timeout',
  'ssl-session-timeout',
  'worker-shutdown-timeout',
  'keep-alive-requests',
  'upstream-keepalive-connections',
  'upstream-keepalive-requests',
  'upstream-keepalive-time',
  'auth-keepalive',
  'auth-keepalive-timeout',
  'auth-keepalive-requests',
  'auth-keepalive-share-vars',
]);

/** What the controller makes of an Ingress and its annotations. */
export function controllerSettings(resource: Resource): Pick<Hop, 'timeouts' | 'remarks' | 'retries'> {
  const { place } = resource;
  const read = readAll(SHARED, (name) => at(resource.tree, 'metadata', 'annotations', `${PREFIX}${name}`), place);
  const retries = retriesOf((name) => at(resource.tree, 'metadata', 'annotations', `${PREFIX}${name}`));
  const idle = defaultTimeout('ingress-nginx.upstream-keepalive', 'upstream-keepalive-timeout', place);
  return {
    timeouts: [...read.timeouts, idle],
    ...(read.remarks.length > 0 ? { remarks: read.remarks } : {}),
    ...(retries ? { retries } : {}),
  };
}

/** The controller's ConfigMap, which holds for every Ingress that says nothing itself. Undefined: another ConfigMap. */
export function controllerConfig(resource: Resource): Hop | undefined {
  const data = at(resource.tree, 'data');
  if (!entries(data).some(([name]) => GLOBAL.some((setting) => setting.name === name))) return undefined;
  const { place } = resource;
  const { timeouts, remarks } = readAll(GLOBAL, (name) => at(data, name), place);
  const retries = retriesOf((name) => at(data, name));
  return {
    id: idAt('ingress-nginx', place, ':static'),
    name: `ingress-nginx ${resource.name}`,
    format: 'ingress-nginx',
    role: 'proxy',
    place,
    timeouts,
    ...(retries ? { retries } : {}),
    listens: [],
    upstreams: [],
    reusesUpstream: true,
    ...(remarks.length > 0 ? { remarks } : {}),
  };
}

function readAll(
  settings: readonly Setting[],
  find: (name: string) => Tree | undefined,
  place: Place,
): { timeouts: Timeout[]; remarks: Remark[] } {
  const timeouts: Timeout[] = [];
  const remarks: Remark[] = [];
  for (const { name, kind, standard } of settings) {
    const tree = find(name);
    const written = text(tree);
    const fallback = standard === undefined ? undefined : defaultTimeout(standard, name, place);
    const open = tree !== undefined && (written === undefined || /[$%{<]/.test(written));
    const ms = written === undefined || open ? undefined : wholeSeconds(written);
    if (tree === undefined) timeouts.push(...(fallback ? [fallback] : []));
    else if (open || ms !== undefined) timeouts.push(setTimeoutOf(kind, ms ?? 'unknown', name, tree.place));
    else {
      if (fallback) timeouts.push(fallback);
      remarks.push(ignored(name, tree, fallback, settings === GLOBAL));
    }
  }
  return { timeouts, remarks };
}

/** The controller reads whole numbers, of seconds, and nothing else. */
function wholeSeconds(written: string): number | undefined {
  return /^\d+$/.test(written) ? secondsOf(written) : undefined;
}

/** @param shared in the ConfigMap */
function ignored(name: string, tree: Tree, fallback: Timeout | undefined, shared: boolean): Remark {
  const written = text(tree) ?? '';
  const bare = /^(\d+)\s*s$/.exec(written)?.[1];
  const applies = fallback ? `; ${showLimit(fallback.ms)} applies${shared ? '' : ', or what the ConfigMap says'}` : '';
  return {
    rule: VALUE_IGNORED.id,
    message: `${name}: "${written}" is no whole number of seconds, so ingress-nginx passes over it and says so in its log at most${applies}`,
    help: `${name}: "${bare ?? '60'}", in seconds and without a unit`,
    place: tree.place,
  };
}

/** The controller tries three times by default, on `error timeout`, where the Service has that many pods: not known here, so only what is written counts. */
function retriesOf(find: (name: string) => Tree | undefined): Retries | undefined {
  const tries = find('proxy-next-upstream-tries');
  const when = text(find('proxy-next-upstream')) ?? 'error timeout';
  if (!tries || !when.includes('timeout')) return undefined;
  const count = number(tries);
  if (count === 0 || count === 1) return undefined;
  const window = secondsOf(text(find('proxy-next-upstream-timeout')) ?? '');
  return {
    count: count === undefined ? 'unknown' : count - 1,
    ...(window === undefined || window === 0 ? {} : { windowMs: window }),
    setting: 'proxy-next-upstream-tries',
    place: tries.place,
    source: 'set',
  };
}

/** Names that look like timeouts and are not known. */
export function unknownSettings(names: readonly (readonly [string, { readonly key: Place }])[]): NotUnderstood[] {
  return names.flatMap(([name, { key }]) => {
    const short = name.slice(name.indexOf('/') + 1);
    const isOurs = name.startsWith(PREFIX) || !name.includes('/');
    const isKnown = isOurs && (ELSEWHERE.has(short) || GLOBAL.some((setting) => setting.name === short));
    return looksLikeTimeout(short) && !isKnown && !name.startsWith('alb.ingress')
      ? [{ setting: name, place: key }]
      : [];
  });
}
