import type { Resource } from '@holdup/model';
import { now, OPEN } from '../../clock.ts';
import { Cut, type OpenOp } from '../../recorder/cut.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { routeOf } from '../../recorder/route.ts';
import type { HoldRecord } from '../../recorder/shared-records.ts';
import type { HolderWire, PartyWire, PoolsWire, PoolWire } from '../wire.ts';
import { accountNow, opToWire, resourceOf } from './in-flight.ts';
import { nameOf, type ReaderScene, round } from './scene.ts';

const MAX_POOLS = 100;
const MAX_PARTIES = 50;

/** Of these, in flight and looked at for what they wait for. */
const MAX_REQUESTS = 2_000;

interface Parties {
  readonly resource: Resource;
  readonly holds: HoldRecord[];
  readonly waiters: { readonly request: RequestRecord; readonly forMs: number }[];
}

/** Pools, locks and workers: who has them, who waits; those with the most waiters first. */
export function readPools({ flight }: ReaderScene): PoolsWire {
  const at = now();
  const found = new Map<string, Parties>();
  const partiesOf = (resource: Resource): Parties => {
    let parties = found.get(resource.id);
    if (parties === undefined) {
      parties = { resource, holds: [], waiters: [] };
      found.set(resource.id, parties);
    }
    return parties;
  };
  for (const resource of flight.resources.values()) if (hasHolders(resource)) partiesOf(resource);
  for (const hold of flight.openHolds) partiesOf(hold.resource).holds.push(hold);
  const doing = new Map<RequestRecord, string>();
  let looked = 0;
  for (const request of flight.inFlight) {
    if (looked++ >= MAX_REQUESTS) break;
    const open = new Cut(flight, at, request.start).openOps(request);
    const last = open.at(-1);
    if (last !== undefined) doing.set(request, last.op.name);
    for (const each of open) addWaiter(each, request, at, flight.resources, partiesOf);
  }
  const pools = [...found.values()].sort(
    (a, b) => b.waiters.length - a.waiters.length || b.holds.length - a.holds.length,
  );
  const told = pools.slice(0, MAX_POOLS).map((parties) => toWire(parties, at, doing));
  return { at: Date.now(), pools: told, leftOut: pools.length - told.length };
}

/** The others are watched as jobs and lookups, not by who has which place. */
function hasHolders({ kind }: Resource): boolean {
  return kind !== 'thread-pool' && kind !== 'dns-slots' && kind !== 'event-loop';
}

function addWaiter(
  each: OpenOp,
  request: RequestRecord,
  at: number,
  resources: ReadonlyMap<string, Resource>,
  partiesOf: (resource: Resource) => Parties,
): void {
  const resource = resources.get(resourceOf(each.op) ?? '');
  if (resource === undefined || !accountNow(each.op).endsWith('queue')) return;
  partiesOf(resource).waiters.push({ request, forMs: opToWire(each, at).forMs });
}

function toWire({ resource, holds, waiters }: Parties, at: number, doing: Map<RequestRecord, string>): PoolWire {
  const holders = holds.map((hold) => holderToWire(hold, at, doing)).sort(longestFirst);
  const parties = waiters.map(({ request, forMs }): PartyWire => {
    return { request: nameOf(request), route: routeOf(request), forMs };
  });
  return {
    id: resource.id,
    kind: resource.kind,
    name: resource.name,
    capacity: resource.capacity ?? null,
    inUse: holds.length,
    waiting: waiters.length,
    holders: holders.slice(0, MAX_PARTIES),
    waiters: parties.sort(longestFirst).slice(0, MAX_PARTIES),
  };
}

function holderToWire({ request, unit, start }: HoldRecord, at: number, doing: Map<RequestRecord, string>): HolderWire {
  const forMs = round(at - start);
  if (request === undefined) return { unit, route: 'background', forMs, ended: false };
  const what = doing.get(request);
  return {
    unit,
    request: nameOf(request),
    route: routeOf(request),
    forMs,
    ended: request.end !== OPEN,
    ...(what === undefined ? {} : { doing: what }),
  };
}

function longestFirst(a: PartyWire, b: PartyWire): number {
  return b.forMs - a.forMs;
}
