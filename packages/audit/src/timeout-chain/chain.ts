import { likeness, showEndpoint } from './endpoint.ts';
import type { Alias, Endpoint, Hop, Role } from './hop.ts';
import { linkPrograms } from './programs.ts';

/** Why one hop is taken to call another. */
export type LinkReason = 'named' | 'program' | 'order';

export interface Link {
  readonly outer: Hop;
  readonly inner: Hop;
  readonly by: LinkReason;
}

export interface Ordering {
  readonly links: readonly Link[];
  /** From a hop that nobody calls to one that calls nobody, the outermost first. */
  readonly chains: readonly (readonly Hop[])[];
  /** What was assumed, and what leads out of the files: for people. */
  readonly notes: readonly string[];
}

export interface Known {
  /** In the order of the arguments, and within a file as written. */
  readonly hops: readonly Hop[];
  readonly aliases: readonly Alias[];
  /** False: the files come from a folder, so their order says nothing. */
  readonly ordered: boolean;
}

const TIER: Readonly<Record<Role, number>> = {
  edge: 0,
  proxy: 1,
  mesh: 2,
  workload: 3,
  server: 4,
  client: 5,
  pool: 5,
  pooler: 6,
  database: 7,
};
/** More paths than anybody reads; a file with hundreds of routes to hundreds of services stops here. */
const MOST_CHAINS = 200;
const MOST_HOPS = 30;

/** Puts the hops in order: by the names and ports they say, else by the program they are in, else by the arguments, else by role. */
export function orderHops({ hops, aliases, ordered }: Known): Ordering {
  const links = new Links();
  const notes: string[] = [];
  for (const hop of hops) linkByName(hop, hops, aliases, links);
  linkPrograms(hops, ordered, links, notes);
  linkByOrder(hops, ordered, links, notes);
  const { chains, cut } = pathsOf(hops, links);
  if (cut) notes.push(`more than ${MOST_CHAINS} chains: the first ${MOST_CHAINS} are checked`);
  return { links: links.all, chains, notes };
}

export class Links {
  readonly all: Link[] = [];
  readonly #inner = new Map<Hop, Hop[]>();
  readonly #outer = new Map<Hop, Hop[]>();

  /** Unless it would close a circle. */
  add(outer: Hop, inner: Hop, by: LinkReason): boolean {
    if (outer === inner || this.inside(outer).includes(inner) || this.reaches(inner, outer)) return false;
    this.all.push({ outer, inner, by });
    this.#inner.set(outer, [...this.inside(outer), inner]);
    this.#outer.set(inner, [...this.outside(inner), outer]);
    return true;
  }

  inside(hop: Hop): readonly Hop[] {
    return this.#inner.get(hop) ?? [];
  }

  outside(hop: Hop): readonly Hop[] {
    return this.#outer.get(hop) ?? [];
  }

  reaches(from: Hop, to: Hop): boolean {
    const seen = new Set<Hop>();
    const stack = [from];
    for (let hop = stack.pop(); hop !== undefined; hop = stack.pop()) {
      if (hop === to) return true;
      if (seen.has(hop)) continue;
      seen.add(hop);
      stack.push(...this.inside(hop));
    }
    return false;
  }
}

function linkByName(hop: Hop, hops: readonly Hop[], aliases: readonly Alias[], links: Links): void {
  for (const upstream of hop.upstreams) {
    // A pool that does not say its host goes through the pooler there is, whatever its port is by default.
    if (
      hop.role === 'pool' &&
      upstream.host === undefined &&
      hops.some((it) => it.role === 'pooler' && samePool(hop, it))
    )
      continue;
    const calls = [upstream, ...aliases.filter(({ from }) => likeness(upstream, from) >= 2).map(({ to }) => to)];
    const found = hops
      .filter((other) => other !== hop && mayCall(hop, other))
      .map((other) => ({ other, score: best(calls, other.listens) }))
      // A call to another machine is not answered here because a port is the same; a proxy's target often is, under a name not told.
      .filter(({ score }) => score > (hop.role === 'client' ? 1 : 0));
    // A sidecar's route stands before the pods it leads to, the pods before the program in them.
    const stage = ['mesh', 'workload'].find(
      (role) => hop.role !== role && found.some(({ other }) => other.role === role),
    );
    const candidates = stage === undefined ? found : found.filter(({ other }) => other.role === stage);
    const most = Math.max(0, ...candidates.map(({ score }) => score));
    for (const { other, score } of candidates) if (score === most) links.add(hop, other, 'named');
  }
}

function best(calls: readonly Endpoint[], listens: readonly Endpoint[]): number {
  return Math.max(0, ...calls.flatMap((call) => listens.map((listen) => likeness(call, listen))));
}

function mayCall(outer: Hop, inner: Hop): boolean {
  if (outer.role === 'database' || inner.role === 'client' || inner.role === 'pool') return false;
  if (inner.role === 'pooler') return outer.role === 'pool';
  if (outer.role === 'pooler') return inner.role === 'database';
  if (outer.role === 'pool')
    return inner.role === 'database' || (inner.role === 'proxy' && inner.name.startsWith('nginx stream'));
  if (outer.role === 'mesh' && inner.role === 'mesh') return false;
  if (outer.role === 'workload') return inner.role === 'server';
  return inner.role !== 'database' || outer.role === 'client';
}

/** Joins what neither a name nor a program joined: the proxies as they were given, then pods, servers and databases. */
function linkByOrder(hops: readonly Hop[], ordered: boolean, links: Links, notes: string[]): void {
  const stages = stagesOf(hops, ordered, links);
  for (const [index, stage] of stages.entries()) {
    const loose = stage.filter(
      (hop) =>
        links.inside(hop).length === 0 &&
        hop.role !== 'client' &&
        hop.role !== 'database' &&
        !(hop.role === 'server' && hop.language !== undefined),
    );
    for (const hop of loose) {
      const next = stages
        .slice(index + 1)
        .map((later) => later.filter((inner) => TIER[inner.role] !== TIER.pool && mayCall(hop, inner)))
        .find((later) => later.length > 0);
      if (next) joinLoose(hop, stage, next, links, notes);
    }
  }
}

function joinLoose(hop: Hop, stage: readonly Hop[], next: readonly Hop[], links: Links, notes: string[]): void {
  const said = hop.upstreams.filter(({ host, port }) => host !== undefined || port !== undefined);
  const taken = stage.some((other) => other !== hop && next.some((inner) => links.inside(other).includes(inner)));
  // What another kind of hop in this stage calls by name is that one's, as a function behind its gateway.
  const others = stage.filter(({ format }) => format !== hop.format);
  const free = next.filter((inner) => !others.some((other) => links.inside(other).includes(inner)));
  const compatible = free.filter((inner) => samePool(hop, inner));
  const [only] = compatible;
  if (said.length > 0 && (taken || compatible.length > 1) && compatible.some((inner) => inner.listens.length > 0)) {
    notes.push(
      `${hop.name} calls ${said.map(showEndpoint).join(', ')}, which none of the files is: its chain ends there`,
    );
    return;
  }
  if (!only) return;
  for (const inner of compatible.slice(0, 8)) links.add(hop, inner, 'order');
  const why =
    said.length > 0 && only.listens.length > 0
      ? `${hop.name} calls ${said.map(showEndpoint).join(', ')}, ${only.name} listens on ${only.listens.map(showEndpoint).join(', ')}: `
      : '';
  const ambiguous =
    compatible.length > 1 ? `${compatible.length} hops could be inside it` : 'nothing names what is inside it';
  notes.push(
    `${why === '' ? `${hop.name}: ${ambiguous}; ` : why}taken to call ${compatible
      .map(({ name }) => name)
      .slice(0, 8)
      .join(', ')} by ${hop.role === 'pool' || hop.role === 'pooler' ? 'kind' : 'the order of files and roles'}`,
  );
}

/** A pool of one kind of database does not wait for another kind. */
function samePool({ engine }: Hop, inner: Hop): boolean {
  return engine === undefined || inner.engine === undefined || engine === inner.engine;
}

function stagesOf(hops: readonly Hop[], ordered: boolean, links: Links): Hop[][] {
  const stages = new Map<string, Hop[]>();
  const early = hops.findIndex(({ role }) => TIER[role] <= TIER.server);
  for (const [index, hop] of hops.entries()) {
    // A client given before everything else is the outermost caller.
    const outermost = hop.role === 'client' && ordered && index < early && links.outside(hop).length === 0;
    const proxy = TIER[hop.role] <= TIER.mesh;
    const key = outermost ? 'caller' : proxy && ordered ? `${TIER.proxy}:${hop.place.file}` : `${TIER[hop.role]}`;
    stages.set(key, [...(stages.get(key) ?? []), hop]);
  }
  const rank = (key: string) => (key === 'caller' ? -1 : Number.parseInt(key, 10));
  return [...stages].sort(([a], [b]) => rank(a) - rank(b)).map(([, stage]) => stage);
}

function pathsOf(hops: readonly Hop[], links: Links): { chains: Hop[][]; cut: boolean } {
  const chains: Hop[][] = [];
  let cut = false;
  const follow = (path: Hop[]): void => {
    const last = path.at(-1);
    const inside = last ? links.inside(last) : [];
    if (chains.length >= MOST_CHAINS) cut = true;
    else if (inside.length === 0 || path.length >= MOST_HOPS) chains.push(path);
    else for (const inner of inside) follow([...path, inner]);
  };
  for (const hop of hops) if (links.outside(hop).length === 0) follow([hop]);
  return { chains, cut };
}
