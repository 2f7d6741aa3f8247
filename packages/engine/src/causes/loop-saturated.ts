import { type ChainLink, type Culprit, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs, formatShare } from './support/format.ts';
import { pathTo } from './support/located.ts';
import { type LoopTime, loopTime } from './support/loop-time.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { soleCandidate } from './support/sole-candidate.ts';
import { starvedText } from './support/starved.ts';
import { type Window, Windows } from './support/windows.ts';

/** A route with less than this of the busy time is one among many: the load is. */
const LEAST_CULPRIT_SHARE = 0.3;
/** Beyond half, the request was at work more than it waited for its turn. */
const MOSTLY_OWN = 0.5;

/** No single long block: the loop was busy throughout, and everything waited its turn. */
export const loopSaturated: Cause = {
  id: 'loop-saturated',
  needs: ['ledger', 'loop'],
  diagnose(late) {
    const time = late.once(loopTime);
    const explained = time.blocked + time.busy;
    if (explained === 0 || !isMaterial(late, explained)) {
      return ruledOut('loop-saturated', tookOf(late, 'a busy event loop', explained));
    }
    if (time.kind === 'blocked') {
      return ruledOut(
        'loop-saturated',
        `${tookOf(late, 'short runs', time.busy)}, long ones ${formatMs(time.blocked)}: see loop-blocked`,
      );
    }
    const starved = starvedText(late, time);
    if (starved !== undefined) return unknown('loop-saturated', starved);
    const owners = ownersOf(late, new Windows(time.windows));
    const top = owners[0];
    const culprit = culpritOf(top);
    const mostly = culprit.kind === 'route' ? `, ${formatShare(top?.share ?? 0, 1)} of it for ${culprit.name}` : '';
    return confirmed('loop-saturated', {
      explained: ns(explained),
      depth: time.main?.depth ?? 0,
      culprit,
      summary: isOwn(time)
        ? `${late.request.route} spent ${formatMs(explained)} of ${formatMs(late.ledger.wall)} running, mostly work of its own in many short runs.`
        : `${late.request.route} waited ${formatMs(explained)} of ${formatMs(late.ledger.wall)}${throughOf(time)}: the event loop was busy throughout with many short runs${mostly}.`,
      chain: [
        ...pathOf(late, time),
        {
          kind: 'work',
          ns: ns(explained * (top?.share ?? 1)),
          ...(culprit.kind === 'route' ? { route: culprit.name } : {}),
          doing: culprit.kind === 'route' ? 'many short runs' : 'many short runs of different requests',
        },
      ],
      evidence: evidenceOf(owners),
      fix: `The process has more work than one loop can do${culprit.kind === 'route' ? `, most of it for ${culprit.name}` : ''}: take a CPU profile under this load, make the hot path cheaper, and add processes or bound how many requests run at once.`,
    });
  },
};

/** Most of it was the request running itself, and no wait for others. */
function isOwn({ own, blocked, busy }: LoopTime): boolean {
  return own > MOSTLY_OWN * (blocked + busy);
}

function pathOf(late: Case, { main, blocked, busy }: LoopTime): ChainLink[] {
  if (main !== undefined && main.depth > 0) return pathTo(late, main);
  return [{ kind: 'wait', ns: ns(blocked + busy), resource: 'event loop' }];
}

function throughOf({ main }: LoopTime): string {
  return main === undefined || main.depth === 0 ? ' for its turn' : ` for ${main.route}, which waited for its turn`;
}

interface LoopOwner {
  readonly route: string | undefined;
  readonly share: number;
  /** Nobody announced it: the route is the only one that can have been. */
  readonly inferred?: boolean;
}

/** Whose runs they were that stood in the way, largest first; undefined route: not known. */
function ownersOf(late: Case, windows: Windows): LoopOwner[] {
  const times = new Map<string | undefined, number>();
  const unannounced: Window[] = [];
  let total = 0;
  for (const stretch of late.recording.loop.busy) {
    const time = windows.overlap(stretch.start, stretch.end);
    if (time <= 0) continue;
    total += time;
    if (stretch.holder === undefined) unannounced.push(stretch);
    times.set(stretch.holder?.route, (times.get(stretch.holder?.route) ?? 0) + time);
  }
  const owners: LoopOwner[] = [...times]
    .map(([route, time]) => ({ route, share: time / total }))
    .sort((a, b) => b.share - a.share || ((a.route ?? '') < (b.route ?? '') ? -1 : 1));
  const [top, ...others] = owners;
  const route = top !== undefined && top.route === undefined ? soleCandidate(late, unannounced) : undefined;
  return top === undefined || route === undefined ? owners : [{ ...top, route, inferred: true }, ...others];
}

function culpritOf(top: LoopOwner | undefined): Culprit {
  return top?.route !== undefined && top.share >= LEAST_CULPRIT_SHARE
    ? { kind: 'route', name: top.route }
    : { kind: 'runtime', name: 'event loop' };
}

function evidenceOf(owners: readonly LoopOwner[]): EvidenceItem[] {
  return owners.slice(0, 3).map(({ route, share, inferred }) => ({
    kind: 'loop-owner',
    text: `${formatShare(share, 1)} of the busy time ${whoseText(route, inferred)}`,
  }));
}

function whoseText(route: string | undefined, inferred = false): string {
  if (route === undefined) return 'belongs to nobody known';
  return inferred
    ? `was very probably for ${route}: no other request was there that waited for nothing`
    : `was for ${route}`;
}
