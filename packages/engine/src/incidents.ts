import type { Culprit, Verdict, VerdictJson } from '@holdup/model';

/** What grouping needs to know of a verdict, whatever form it comes in. */
export interface Sighting<T> {
  readonly route: string;
  readonly cause: string;
  readonly culprit?: Culprit | null;
  /** When the request started, epoch milliseconds. */
  readonly atMs: number;
  readonly wallMs: number;
  readonly verdict: T;
}

/** Verdicts with the same route, cause and culprit, close in time. */
export interface Incident<T> {
  readonly key: string;
  readonly route: string;
  readonly cause: string;
  readonly culprit?: Culprit;
  readonly count: number;
  /** Start of the first and of the last late request, epoch milliseconds. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly worstMs: number;
  /** Of the slowest request. */
  readonly worst: T;
}

/** Newest last. A value: `addSighting` makes the next one. */
export type Incidents<T> = readonly Incident<T>[];

/** A minute without the same trouble: what comes then is a new incident. Load comes in waves of seconds. */
const QUIET_MS = 60_000;
/** Incidents kept, the longest quiet ones go first. Each keeps one verdict of some ten kilobytes. */
const MAX_INCIDENTS = 200;

/** Adds one verdict. The result says which incident it belongs to, and whether it opened it. */
export function addSighting<T>(
  incidents: Incidents<T>,
  sighting: Sighting<T>,
): { readonly incidents: Incidents<T>; readonly incident: Incident<T>; readonly isNew: boolean } {
  const key = keyOf(sighting);
  const open = incidents.findLast((incident) => incident.key === key && isNear(incident, sighting.atMs));
  const incident = open === undefined ? openIncident(key, sighting) : grow(open, sighting);
  const others = incidents.filter((other) => other !== open);
  return { incidents: [...others, incident].slice(-MAX_INCIDENTS), incident, isNew: open === undefined };
}

export function sightingOf(verdict: Verdict, startedAtMs: number): Sighting<Verdict> {
  return {
    route: verdict.route,
    cause: verdict.cause,
    ...(verdict.top === undefined ? {} : { culprit: verdict.top.culprit }),
    atMs: startedAtMs,
    wallMs: verdict.wall / 1e6,
    verdict,
  };
}

export function sightingOfJson(json: VerdictJson): Sighting<VerdictJson> {
  const { cause, culprit } = json.verdict;
  return { route: json.route, cause, culprit, atMs: Date.parse(json.startedAt), wallMs: json.wallMs, verdict: json };
}

/** A tuple as JSON: names may hold any character, so no separator is safe. */
function keyOf({ route, cause, culprit }: Sighting<unknown>): string {
  return JSON.stringify([route, cause, culprit?.kind ?? '', culprit?.name ?? '']);
}

/** Verdicts may come out of order: one that started a little earlier belongs too. */
function isNear(incident: Incident<unknown>, atMs: number): boolean {
  return atMs >= incident.firstAtMs - QUIET_MS && atMs <= incident.lastAtMs + QUIET_MS;
}

function openIncident<T>(key: string, { route, cause, culprit, atMs, wallMs, verdict }: Sighting<T>): Incident<T> {
  return {
    key,
    route,
    cause,
    ...(culprit == null ? {} : { culprit }),
    count: 1,
    firstAtMs: atMs,
    lastAtMs: atMs,
    worstMs: wallMs,
    worst: verdict,
  };
}

function grow<T>(incident: Incident<T>, { atMs, wallMs, verdict }: Sighting<T>): Incident<T> {
  const isWorse = wallMs > incident.worstMs;
  return {
    ...incident,
    count: incident.count + 1,
    firstAtMs: Math.min(incident.firstAtMs, atMs),
    lastAtMs: Math.max(incident.lastAtMs, atMs),
    worstMs: isWorse ? wallMs : incident.worstMs,
    worst: isWorse ? verdict : incident.worst,
  };
}
