import {
  type Account,
  type Blame,
  type BlamePart,
  type BlameShare,
  type ChainLink,
  DNS_SLOTS,
  EVENT_LOOP,
  type ResourceId,
  THREAD_POOL,
} from '@holdup/model';
import type { Case } from '../../case.ts';
import { describeHolder } from './holders.ts';
import { resourceName } from './ops.ts';
import { isMaterial } from './significance.ts';

/** A holder on the way into the blame. */
export interface Step {
  /** The holder that waited for this one; absent when that is the late request. */
  readonly above?: Step;
  readonly blame: Blame;
  readonly share: BlameShare;
  /** 1 for who held what the late request waited for. */
  readonly depth: number;
}

/** A part of the blame and whose it is. */
export interface Place {
  readonly step: Step;
  readonly part: BlamePart;
}

/**
 * Every part of the blame by account, in the order of the blame. A wait too short to matter is left out: so is whatever
 * its holders did. The event loop, the lookup slots and the thread pool are not walked through: who occupied
 * them is what `loop-*`, `dns-queue-starved` and `threadpool-starved` say themselves.
 */
export function placesByAccount(late: Case): ReadonlyMap<Account, readonly Place[]> {
  const places = new Map<Account, Place[]>();
  for (const wait of late.waits) {
    if (isWalked(wait.resource) && isMaterial(late, wait.ns)) addPlaces(places, late.blameFor(wait), undefined);
  }
  return places;
}

function isWalked(resource: ResourceId): boolean {
  return resource !== EVENT_LOOP && resource !== DNS_SLOTS && resource !== THREAD_POOL;
}

function addPlaces(places: Map<Account, Place[]>, blame: Blame, above: Step | undefined): void {
  if (!isWalked(blame.resource)) return;
  const depth = (above?.depth ?? 0) + 1;
  for (const share of blame.shares) {
    const step: Step = { ...(above !== undefined && { above }), blame, share, depth };
    for (const part of share.parts) {
      const ofAccount = places.get(part.account);
      if (ofAccount === undefined) places.set(part.account, [{ step, part }]);
      else ofAccount.push({ step, part });
      if (part.next !== undefined) addPlaces(places, part.next, step);
    }
  }
}

/** From the late request's wait to the holder of a step. */
export function linksTo(late: Case, step: Step): ChainLink[] {
  const { above, blame, share } = step;
  const doing = describeHolder(late, blame, share);
  return [
    ...(above === undefined ? [] : linksTo(late, above)),
    { kind: 'wait', ns: blame.wait, resource: resourceName(late.recording, blame.resource) },
    { kind: 'holder', ns: share.share, route: share.holder.route, ...(doing ? { doing } : {}) },
  ];
}
