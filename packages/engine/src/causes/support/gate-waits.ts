import { type Account, type Blame, type ChainLink, type Culprit, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../../case.ts';
import { linksTo, placesByAccount, type Step } from './blame-places.ts';
import { formatMs, formatShare } from './format.ts';
import { blameChain, describeHolder, holdersByRoute, isNobody, type RouteShare } from './holders.ts';
import { isOpOf, mainActivity, type OpOf, resourceName } from './ops.ts';

/** A route with less than this of the wait does not stand out among the holders: there are simply too few places. */
const LEAST_CULPRIT_SHARE = 0.3;
/** Holders that each had it for less than half of the wait took turns: a crowd, not one long hold. */
const LONG_HOLD_SHARE = 0.5;
/** With more than half of the wait behind nobody who is known, the others are no answer. */
const MOST_OF_THE_WAIT = 0.5;

/** A wait for a lock, a limiter or a worker: the late request's own, or that of a holder on its blame chain. */
export interface GateWait {
  readonly blame: Blame;
  readonly name: string;
  /** In the late request's own nanoseconds. */
  readonly ns: number;
  readonly depth: number;
  /** Whose wait it is. */
  readonly waiter: string;
  /** Absent: the late request's own. */
  readonly step?: Step;
  readonly op?: OpOf<'resource-wait'>;
  /** Of the routes that held it the one with most of the wait. */
  readonly top?: RouteShare;
  /** How the holders' time ended, where that is no work of theirs. */
  readonly end?: 'leak' | 'cycle';
  /** Who had it is not known for most of the time. */
  readonly isUnknown: boolean;
}

/**
 * The wait that most of the time on this account goes back to. Where the holder of one waits for another itself, that one
 * is the better answer as soon as it is most of the first: with it gone, most of the wait would be.
 */
export function findGateWait(late: Case, account: Account): GateWait | undefined {
  const own = late.waits.find(({ entries }) => entries[0]?.account === account);
  const first = own === undefined ? undefined : toGateWait(late, late.blameFor(own), late.request.route);
  if (first?.end !== undefined) return first;
  const [deeper] = throughHolders(late, account);
  if (deeper === undefined) return first;
  return first === undefined || deeper.ns >= MOST_OF_THE_WAIT * first.ns ? deeper : first;
}

function throughHolders(late: Case, account: Account): GateWait[] {
  const places = (late.once(placesByAccount).get(account) ?? []).filter(({ part }) => part.next !== undefined);
  const waits = new Map<string, GateWait>();
  for (const { step, part } of places.toSorted((a, b) => b.part.ns - a.part.ns)) {
    if (part.next === undefined) continue;
    const known = waits.get(part.next.resource);
    const wait = known ?? toGateWait(late, part.next, step.share.holder.route, step);
    waits.set(part.next.resource, { ...wait, ns: (known?.ns ?? 0) + part.ns });
  }
  return [...waits.values()].sort((a, b) => b.ns - a.ns || (a.name < b.name ? -1 : 1));
}

function toGateWait(late: Case, blame: Blame, waiter: string, step?: Step): GateWait {
  const ids = new Set(blame.entries.map((entry) => entry.op));
  const owner = step?.share.holder.requestId ?? late.request.id;
  const op = late.recording.requests.get(owner)?.ops.find(({ id }) => ids.has(id));
  const unknown = blame.shares.reduce((sum, share) => sum + (isNobody(share) ? share.share : 0), 0);
  const top = holdersByRoute(blame)[0];
  const end = endOf(top);
  return {
    blame,
    name: resourceName(late.recording, blame.resource),
    ns: blame.wait,
    depth: step?.depth ?? 0,
    waiter,
    ...(step === undefined ? {} : { step }),
    ...(op !== undefined && isOpOf(op, 'resource-wait') ? { op } : {}),
    ...(top === undefined ? {} : { top }),
    ...(end === undefined ? {} : { end }),
    isUnknown: top === undefined || unknown > MOST_OF_THE_WAIT * blame.wait,
  };
}

function endOf(top: RouteShare | undefined): 'leak' | 'cycle' | undefined {
  const [share] = top?.shares ?? [];
  const largest = share === undefined ? undefined : mainActivity(share.parts)?.largest;
  const end = largest?.end ?? (largest?.next === undefined ? undefined : endsInCycle(largest.next));
  return end === 'leak' || end === 'cycle' ? end : undefined;
}

/** The holder waits for something that somebody on the chain holds, and so for itself. */
function endsInCycle(next: Blame): 'cycle' | undefined {
  const knot = next.shares.reduce(
    (sum, share) => sum + share.parts.reduce((of, part) => of + (part.end === 'cycle' ? part.ns : 0), 0),
    0,
  );
  return knot >= MOST_OF_THE_WAIT * next.wait ? 'cycle' : undefined;
}

/** The route that held it; the thing itself where many took turns. */
export function gateCulprit(wait: GateWait): Culprit {
  const { top, blame } = wait;
  const thing: Culprit = { kind: 'resource', name: wait.name };
  if (top === undefined || top.ns < LEAST_CULPRIT_SHARE * blame.wait) return thing;
  const tookTurns = top.shares.every((share) => share.overlap < LONG_HOLD_SHARE * blame.wait);
  if (top.route === wait.waiter && tookTurns) return thing;
  return { kind: 'route', name: top.route };
}

/** What the largest holder did meanwhile. */
export function holderDoing(late: Case, { blame, top }: GateWait): string | undefined {
  const share = top?.shares[0];
  return share === undefined ? undefined : describeHolder(late, blame, share);
}

export function gateChain(late: Case, { blame, step }: GateWait): ChainLink[] {
  return [...(step === undefined ? [] : linksTo(late, step)), ...blameChain(late, blame)];
}

export function gateEvidence(late: Case, { blame, op }: GateWait): EvidenceItem[] {
  const evidence: EvidenceItem[] = [];
  if (op !== undefined) {
    const { capacity, held, waiting } = op.detail;
    const of = capacity === undefined ? '' : ` of ${capacity}`;
    evidence.push({ kind: 'numbers', text: `as the wait began: ${held}${of} taken, ${waiting} already waiting` });
  }
  for (const { route, ns: time, shares } of holdersByRoute(blame).slice(0, 3)) {
    const [first] = shares;
    const doing = first === undefined ? undefined : describeHolder(late, blame, first);
    const many = shares.length === 1 ? 'one holder' : `${shares.length} holders`;
    evidence.push({
      kind: 'holder',
      text: `${route}: ${formatShare(time, blame.wait)} of the wait, ${many}${doing === undefined ? '' : `, ${doing}`}`,
    });
  }
  const nobody = blame.shares.reduce((sum, share) => sum + (isNobody(share) ? share.share : 0), 0);
  if (nobody > 0)
    evidence.push({ kind: 'holders-unknown', text: `no holder is known for ${formatMs(nobody)} of the wait` });
  return evidence;
}

/** `GET /a waited 640 ms of 803 ms for …` */
export function gateWaited(late: Case, wait: GateWait, what: string): string {
  const through = wait.step === undefined ? '' : ` through ${wait.waiter}, which waited`;
  return `${late.request.route} waited ${formatMs(wait.ns)} of ${formatMs(late.ledger.wall)}${through} for ${what}`;
}

/** What explains time, as findings say it. */
export function gateExplained(wait: GateWait) {
  return { explained: ns(Math.round(wait.ns)), depth: wait.depth };
}
