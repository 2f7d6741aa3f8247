import type { Hop, Timeout } from './hop.ts';

/** Programs whose settings for all lie in a file of their own: Traefik's static one, the ConfigMap of ingress-nginx. */
const WITH_COMMON = ['traefik', 'ingress-nginx'];

/** One hop of what several files say about it. */
export function joinCommon(all: readonly Hop[]): { hops: Hop[]; notes: readonly string[] } {
  const joined = WITH_COMMON.reduce<Hop[]>((hops, format) => joinFormat(hops, format), [...all]);
  return joinDatabases(joined);
}

/** Their entry points, and what the services say nothing about themselves. */
function joinFormat(hops: Hop[], format: string): Hop[] {
  const fixed = hops.filter((hop) => hop.format === format && hop.id.endsWith(':static'));
  const [only] = fixed;
  const formats = [format, ...(only?.serves ?? [])];
  const services = hops.filter(
    (hop) => formats.includes(hop.format) && !fixed.includes(hop) && hop.upstreams.length > 0,
  );
  if (!only || fixed.length > 1 || services.length === 0) return hops;
  const [first] = services;
  return hops.flatMap((hop) => {
    if (hop === only) return [];
    if (!services.includes(hop)) return [hop];
    const own = hop.timeouts.filter(({ source }) => source === 'set');
    const isBounded = own.some(({ kind, ms }) => kind === 'request' && typeof ms === 'number');
    const inherited = only.timeouts.filter(
      // With a total of its own a route waits for no answer without end.
      ({ kind, ms }) =>
        !own.some((timeout) => timeout.kind === kind) && !(isBounded && kind === 'response' && ms === 'none'),
    );
    const retries = hop.retries ?? only.retries;
    // What is wrong in the common file is said once.
    const remarks = [...(hop.remarks ?? []), ...(hop === first ? (only.remarks ?? []) : [])];
    return [
      {
        ...hop,
        timeouts: [...own, ...inherited],
        ...(retries ? { retries } : {}),
        listens: [...hop.listens, ...only.listens],
        ...(remarks.length > 0 ? { remarks } : {}),
      },
    ];
  });
}

/** A database's container and its settings file, where there is one of each: flags win over the file, as the server has it. */
function joinDatabases(all: Hop[]): { hops: Hop[]; notes: readonly string[] } {
  const notes: string[] = [];
  const hops = (['postgres', 'mysql'] as const).reduce<Hop[]>((known, engine) => {
    const mine = known.filter((hop) => hop.role === 'database' && hop.engine === engine);
    const containers = mine.filter(({ listens }) => listens.some(({ host }) => host !== undefined));
    const [container] = containers;
    const [settings] = mine.filter((hop) => !containers.includes(hop));
    if (mine.length !== 2 || !container || !settings) return known;
    notes.push(`${container.name} (${container.place.file}) is taken to run with ${settings.place.file}`);
    return known.flatMap((hop) =>
      hop === settings ? [] : [hop === container ? withSettings(container, settings) : hop],
    );
  }, all);
  return { hops, notes };
}

function withSettings(container: Hop, settings: Hop): Hop {
  const timeouts = new Map<string, Timeout>();
  const set = (hop: Hop) => hop.timeouts.filter(({ source }) => source === 'set');
  for (const timeout of [...container.timeouts, ...settings.timeouts, ...set(settings), ...set(container)])
    timeouts.set(timeout.kind, timeout);
  const remarks = [...(container.remarks ?? []), ...(settings.remarks ?? [])];
  return {
    ...container,
    place: settings.place,
    timeouts: [...timeouts.values()],
    ...(remarks.length > 0 ? { remarks } : {}),
  };
}
