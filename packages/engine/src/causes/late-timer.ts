import {
  type Account,
  type ChainLink,
  type Culprit,
  type EvidenceItem,
  type LoopBlock,
  msToNs,
  ns,
  type Op,
} from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { culpritFrame, formatFrame } from './support/frames.ts';
import { groupBy, sumOf } from './support/located.ts';
import { loopTime } from './support/loop-time.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { starvedText } from './support/starved.ts';

/** When the loop was busy for at least half of the delay, it was what kept the timer; else timers are coarse. */
const LOOP_SHARE = 0.5;

/** What keeps a due timer from firing: anybody's work, this request's own too. */
const BUSY_ACCOUNTS: readonly Account[] = ['loop.blocked', 'loop.busy', 'gc', 'cpu'];

/** A deadline within the request was due and fired late, because the event loop had no time for it. */
export const lateTimer: Cause = {
  id: 'late-timer',
  needs: ['ledger', 'loop'],
  diagnose(late) {
    const timers = lateTimers(late);
    const top = timers[0];
    if (top === undefined || !isMaterial(late, top.kept)) {
      return ruledOut('late-timer', tookOf(late, 'deadlines that fired late', top?.kept ?? 0));
    }
    if (top.kept < LOOP_SHARE * (top.fired - top.due)) {
      return ruledOut('late-timer', `the deadline of ${top.op.name} fired late, but the event loop was idle meanwhile`);
    }
    const starved = starvedText(late, late.once(loopTime));
    if (starved !== undefined) return unknown('late-timer', starved);
    const keeper = keeperOf(late, top);
    const limit = formatMs(top.due - top.op.start);
    const verb = top.isOpen ? 'has not fired after' : 'fired after';
    return confirmed('late-timer', {
      explained: ns(top.kept),
      depth: 0,
      culprit: keeper.culprit,
      summary: `The ${limit} deadline of ${top.op.name} in ${late.request.route} ${verb} ${formatMs(top.fired - top.op.start)}: ${keeper.culprit.name}${keeper.route === undefined ? '' : ` in ${keeper.route}`} kept the event loop, and timers fire only when it is free.`,
      chain: chainOf(top, keeper),
      evidence: evidenceOf(late, top, keeper),
      fix: `Take the synchronous work out of ${keeper.culprit.kind === 'runtime' ? 'the event loop' : keeper.culprit.name} (a worker thread, smaller pieces). A timer bounds nothing while the loop is blocked: what must end in time needs a limit on the other side as well.`,
    });
  },
};

interface LateTimer {
  readonly op: Op;
  readonly due: number;
  /** Or until now. */
  readonly fired: number;
  readonly isOpen: boolean;
  /** Time since it was due that the loop took. */
  readonly kept: number;
}

/** The most delayed first. */
function lateTimers(late: Case): LateTimer[] {
  const { ops } = late.request;
  return ops
    .flatMap((op) => {
      const fired = op.end ?? late.ledger.end;
      const due = dueOf(op, fired, ops);
      if (due === undefined || !isMaterial(late, fired - due)) return [];
      return [{ op, due, fired, isOpen: op.end === undefined, kept: busyWithin(late, due, fired) }];
    })
    .sort((a, b) => b.kept - a.kept);
}

/** When a deadline that ended the op, or should have, was due. */
function dueOf(op: Op, fired: number, ops: readonly Op[]): number | undefined {
  const { detail, failure, start, end } = op;
  if (detail.kind === 'timer') {
    // A pause is a deadline when something else was still running as it ended: it lost a race.
    const isRace = ops.some((other) => other.detail.kind !== 'timer' && isAlongside(other, op, fired));
    return isRace ? start + msToNs(detail.delayMs) : undefined;
  }
  if (detail.kind !== 'http-client' || detail.timeoutMs === undefined || detail.status !== undefined) return undefined;
  const isCut = failure?.timeout === true || failure?.aborted === true;
  return end === undefined || isCut ? start + msToNs(detail.timeoutMs) : undefined;
}

function isAlongside(other: Op, { start }: Op, fired: number): boolean {
  return other.start <= start + ALONGSIDE_NS && (other.end ?? Number.POSITIVE_INFINITY) >= fired;
}

/** Both sides of a race are started within one turn of the loop. */
const ALONGSIDE_NS = msToNs(5);

function busyWithin({ ledger }: Case, from: number, to: number): number {
  return ledger.entries.reduce((sum, { account, start, end }) => {
    const overlap = Math.min(end, to) - Math.max(start, from);
    return overlap > 0 && BUSY_ACCOUNTS.includes(account) ? sum + overlap : sum;
  }, 0);
}

/** What had the loop while the timer was due. */
interface Keeper {
  readonly culprit: Culprit;
  readonly route?: string;
  readonly block?: LoopBlock;
  readonly ns: number;
}

function keeperOf(late: Case, { due, fired }: LateTimer): Keeper {
  const { now } = late.recording;
  const within = ({ start, end = now }: { readonly start: number; readonly end?: number }) =>
    Math.max(0, Math.min(end, fired) - Math.max(start, due));
  const blocks = late.recording.loop.blocks.map((block) => ({ block, ns: within(block) })).sort((a, b) => b.ns - a.ns);
  const [longest] = blocks;
  const runs = [...groupBy(late.index.loop?.within(due, fired) ?? [], (piece) => piece.owner?.route)]
    .map(([route, pieces]) => ({ route, ns: sumOf(pieces.map((piece) => ({ ns: within(piece) }))) }))
    .sort((a, b) => b.ns - a.ns);
  const [most] = runs;
  if (longest === undefined || longest.ns < LOOP_SHARE * (most?.ns ?? 0))
    return { ...ownerOf(most?.route), ns: most?.ns ?? 0 };
  const { block, ns: time } = longest;
  const frame = culpritFrame(block.stack, block.native);
  if (frame === undefined) return { ...ownerOf(block.holder?.route), block, ns: time };
  const culprit: Culprit = { kind: 'function', name: formatFrame(frame) };
  return { culprit, ...(block.holder === undefined ? {} : { route: block.holder.route }), block, ns: time };
}

function ownerOf(route: string | undefined): Pick<Keeper, 'culprit'> {
  return { culprit: route === undefined ? { kind: 'runtime', name: 'other work' } : { kind: 'route', name: route } };
}

function chainOf({ op, kept }: LateTimer, { culprit, route, block, ns: time }: Keeper): ChainLink[] {
  const owner = route ?? (culprit.kind === 'route' ? culprit.name : undefined);
  return [
    { kind: 'wait', ns: ns(kept), resource: 'event loop', doing: `the deadline of ${op.name} was due` },
    {
      kind: 'work',
      ns: ns(time),
      ...(owner === undefined ? {} : { route: owner }),
      doing: culprit.kind === 'function' ? culprit.name : 'work on the event loop',
      ...(block?.stack === undefined ? {} : { stack: block.stack }),
    },
  ];
}

function evidenceOf(late: Case, { op, due, fired, kept, isOpen }: LateTimer, { block }: Keeper): EvidenceItem[] {
  const evidence: EvidenceItem[] = [
    {
      kind: 'deadline',
      text: `due ${formatMs(due - op.start)} after ${op.name} began, ${isOpen ? 'not fired' : 'fired'} ${formatMs(fired - due)} later`,
    },
    { kind: 'loop', text: `the event loop was busy for ${formatMs(kept)} of that` },
  ];
  if (block !== undefined) {
    evidence.push({ kind: 'block', text: `one run of ${formatMs((block.end ?? late.recording.now) - block.start)}` });
  }
  return evidence;
}
