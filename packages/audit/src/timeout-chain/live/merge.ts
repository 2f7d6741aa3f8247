import { likeness } from '../endpoint.ts';
import type { Hop, LiveLimit, Remark, Timeout } from '../hop.ts';
import { liveDiffers } from './differences.ts';

export interface Merged {
  readonly hops: readonly Hop[];
  /** What could not be told to be the same, for people. */
  readonly notes: readonly string[];
}

/** `fetch` is undici in Node; Fastify's server is Node's. */
const FAMILIES: Readonly<Record<string, string>> = { fetch: 'undici', fastify: 'node', agentkeepalive: 'http agent' };

/**
 * Puts what running processes say into the hops read from files: a live value replaces the one read, and where the two differ that is
 * a finding. What no file has stands for itself.
 */
export function mergeLive(all: readonly Hop[]): Merged {
  const hops = all.filter(({ live }) => live === undefined);
  const notes: string[] = [];
  for (const hop of all) {
    if (hop.live === undefined) continue;
    const same = findSame(hop, all, hops);
    if (same.length === 0) {
      // An agent for whoever it is asked for tells nothing without the calls it is used for.
      if (isUseful(hop)) hops.push(hop);
      const alike = hops.filter((other) => other !== hop && isSameSort(hop, other) && other.live === undefined);
      if (alike.length > 0)
        notes.push(
          `${hop.name} (live) is none of ${alike.map(({ name, place }) => `${name} (${place.file}:${place.line})`).join(', ')} by its address: it stands for itself`,
        );
    }
    for (const found of same) hops[hops.indexOf(found)] = join(found, hop);
  }
  return { hops, notes };
}

function isUseful({ role, upstreams }: Hop): boolean {
  return role !== 'client' || upstreams.some(({ host }) => host !== undefined);
}

function isSameSort(one: Hop, other: Hop): boolean {
  const family = (hop: Hop) => FAMILIES[hop.format] ?? hop.format;
  return one.role === other.role && family(one) === family(other);
}

/** The hops of files, or of a process asked before, that are this one. */
function findSame(live: Hop, all: readonly Hop[], known: readonly Hop[]): readonly Hop[] {
  const alike = known.filter((hop) => isSameSort(live, hop) && hop.live?.address !== live.live?.address);
  const scored = alike.map((hop) => ({ hop, score: scoreOf(live, hop) }));
  const most = Math.max(0, ...scored.map(({ score }) => score));
  const best = scored.filter(({ score }) => score === most && score > 0).map(({ hop }) => hop);
  // Several calls to one host go through one client; but nobody is two servers, or two pools.
  if (live.role === 'client' ? best.length > 0 : best.length === 1) return best;
  if (best.length > 1) return [];
  const [only] = alike;
  const siblings = all.filter((hop) => hop.live?.address === live.live?.address && isSameSort(live, hop));
  const isOnly = alike.length === 1 && siblings.length === 1 && only !== undefined && isOpen(live, only);
  return isOnly ? [only] : [];
}

/** What a program serves counts by its port: it may stand behind any name. */
function scoreOf(live: Hop, hop: Hop): number {
  if (live.role === 'server') {
    const ports = hop.listens.map(({ port }) => port);
    return live.listens.some(({ port }) => port !== undefined && ports.includes(port)) ? 1 : 0;
  }
  return Math.max(0, ...live.upstreams.flatMap((to) => hop.upstreams.map((other) => likeness(to, other))));
}

/** Whether nothing they say of themselves speaks against the two being one. */
function isOpen(live: Hop, hop: Hop): boolean {
  if (live.role === 'server') return hop.listens.length === 0;
  if (live.role === 'client') return live.upstreams.every(({ host }) => host === undefined);
  // A pool's address mostly comes from the environment, and what is read from source is then the driver's standard.
  return true;
}

function join(hop: Hop, { live, listens }: Hop): Hop {
  if (live === undefined) return hop;
  const remarks: Remark[] = [];
  let timeouts: readonly Timeout[] = hop.timeouts;
  for (const limit of live.limits) {
    const read = timeouts.find((timeout) => isSameSetting(timeout, limit)) ?? onlyOfKind(timeouts, limit);
    const difference = liveDiffers(hop, read, limit, live.address);
    if (difference !== undefined) remarks.push(difference);
    timeouts = replaced(timeouts, read, limit, live.address);
  }
  const known = new Set(hop.listens.map(({ port }) => port));
  return {
    ...hop,
    timeouts,
    listens: [...hop.listens, ...listens.filter(({ port }) => !known.has(port))],
    remarks: [...(hop.remarks ?? []), ...remarks],
  };
}

/** `connect.timeout` in source is `connectTimeout` of no library here: the last part of the name counts. */
function isSameSetting({ setting }: Timeout, limit: LiveLimit): boolean {
  return setting === limit.setting || setting.endsWith(`.${limit.setting}`);
}

function onlyOfKind(timeouts: readonly Timeout[], { kind }: LiveLimit): Timeout | undefined {
  return timeouts.find((timeout) => timeout.kind === kind);
}

function replaced(
  timeouts: readonly Timeout[],
  read: Timeout | undefined,
  { kind, ms, setting, place, version }: LiveLimit,
  address: string,
): readonly Timeout[] {
  if (ms === 'unknown') return timeouts;
  if (ms === 'not set') return timeouts.filter((timeout) => timeout !== read);
  if (read === undefined) {
    const source = version === undefined ? {} : { source: 'default' as const, version };
    return [...timeouts, { kind, ms, setting, place, source: 'set', live: address, ...source }];
  }
  const { note: _note, ...rest } = read;
  // What nobody wrote and is not the default either was chosen somewhere else.
  const isStandard = read.source === 'default' && (read.ms === ms || version !== undefined);
  const now: Timeout = { ...rest, ms, live: address, source: isStandard ? 'default' : 'set' };
  return timeouts.map((timeout) => (timeout === read ? now : timeout));
}
