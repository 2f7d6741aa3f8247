import type { CauseId, Confirmed, Ns, Usual } from '@holdup/model';

/**
 * A verdict must explain a good third of the wall time. Budgets leave room: taking a third away brings nearly every
 * late request back in time, while below it two or three others of the same size are as good an answer.
 */
const LEAST_WALL_SHARE = 0.35;
/** Or half of what the request took beyond its route's usual time: that half is what made this one late. */
const LEAST_EXTRA_SHARE = 0.5;
/** Being beyond the usual by less than a fifth of the wall time is the ordinary spread, and no half of it means much. */
const LEAST_EXTRA = 0.2;

/** Within 15 % two findings explain the same wait, seen from two ends of the chain. */
const SAME_TIME_SHARE = 0.15;

/**
 * Name who held what was waited for. What those holders were held up by themselves is the better answer as soon as it
 * is most of the wait: with it gone, most of the wait would be.
 */
const WAITS_FOR_HOLDERS: readonly CauseId[] = [
  'db-pool-exhausted',
  'client-socket-queue',
  'lock-contention',
  'worker-queue',
];
const MOST_OF_THE_WAIT = 0.5;

/**
 * A busy loop holds up waits and deadlines alike. Where a deadline was due and only the loop kept it from firing, what had
 * been waited for until then was bounded: of the loop's time no more than what came after was too much.
 */
const BOUNDED_BY: { readonly [cause in CauseId]?: CauseId } = {
  'loop-blocked': 'late-timer',
  'loop-saturated': 'late-timer',
};

/**
 * Decide before any time is compared. A request whose caller left, or that a
 * timer of the server cut off, did not miss its deadline, and one that came without
 * enough of it could not have met it: whatever it waited for is not why.
 */
const DECIDES: readonly CauseId[] = ['caller-cancelled', 'server-timeout', 'budget-spent-on-arrival'];

/**
 * Say what should have ended a wait, and not what made it long. Nearly every wait could have been ended sooner, so they
 * are the verdict only where nothing else explains enough: then what was waited for is as it always is.
 */
const LIMITS: readonly CauseId[] = ['deadline-not-propagated', 'timeout-inversion'];

/** Causes that say less about the same time than these others: where both are confirmed, the special one wins a tie. */
const SPECIAL_CASES: { readonly [general in CauseId]?: readonly CauseId[] } = {
  'db-pool-exhausted': ['db-pool-self-deadlock', 'db-connection-leak'],
  'db-query-slow': ['db-lock-wait', 'query-per-row'],
  'upstream-slow': ['serial-calls', 'retry-exhausted'],
  'dns-slow': ['dns-queue-starved'],
  'connect-stalled': ['connect-attempt-cap'],
  'retry-exhausted': ['connection-reset-on-reuse'],
  'loop-saturated': ['loop-blocked', 'gc-pressure'],
  'loop-blocked': ['gc-pressure'],
};

export interface Ranking {
  /** Absent: nothing explains enough. */
  readonly top?: Confirmed;
  /** The others, strongest first. */
  readonly contributing: readonly Confirmed[];
}

/** @param usual of the request's route */
export function rank(findings: readonly Confirmed[], wall: Ns, usual: Usual | undefined): Ranking {
  const isEnough = (finding: Confirmed) => explainsEnough(finding, wall, usual);
  const limits = findings.filter(({ cause }) => LIMITS.includes(cause));
  const reasons = findings.filter(({ cause }) => !LIMITS.includes(cause));
  const isReason = reasons.some((finding) => isEnough(finding) || DECIDES.includes(finding.cause));
  const groups = isReason || !limits.some(isEnough) ? [reasons, limits] : [limits, reasons];
  const [first, ...others] = groups.flatMap((group) => order(group, isEnough));
  if (first === undefined) return { contributing: [] };
  const decides = DECIDES.includes(first.cause);
  return decides || explainsEnough(first, wall, usual)
    ? { top: first, contributing: others }
    : { contributing: [first, ...others] };
}

function explainsEnough({ explained }: Confirmed, wall: Ns, usual: Usual | undefined): boolean {
  if (explained >= LEAST_WALL_SHARE * wall) return true;
  const extra = usual === undefined ? 0 : wall - usual.median;
  return extra >= LEAST_EXTRA * wall && explained >= LEAST_EXTRA_SHARE * extra;
}

/** Picks the strongest of what is left until nothing is: "within 15 %" is no order that could be sorted by. */
function order(findings: readonly Confirmed[], isEnough: (finding: Confirmed) => boolean): Confirmed[] {
  const left = findings.toSorted(compareTime);
  const ordered: Confirmed[] = [];
  while (left.length > 0) {
    const largest = left[0]?.explained ?? 0;
    const deciding = left.filter((finding) => DECIDES.includes(finding.cause));
    const near = left.filter((finding) => finding.explained >= (1 - SAME_TIME_SHARE) * largest);
    const found = deciding.toSorted(compareDeciding)[0] ?? near.toSorted(compareDepth).find(isMostSpecial(near));
    if (found === undefined) break;
    const enough = left.filter(isEnough);
    const strongest = whatHeldTheHolders(found, enough) ?? whatBounded(found, enough) ?? found;
    ordered.push(strongest);
    left.splice(left.indexOf(strongest), 1);
  }
  return ordered;
}

function whatHeldTheHolders(found: Confirmed, others: readonly Confirmed[]): Confirmed | undefined {
  if (!WAITS_FOR_HOLDERS.includes(found.cause)) return undefined;
  const deeper = others.filter(
    ({ depth, explained }) => depth > found.depth && explained >= MOST_OF_THE_WAIT * found.explained,
  );
  return deeper.toSorted(compareTime).find(isMostSpecial(deeper));
}

function whatBounded(found: Confirmed, others: readonly Confirmed[]): Confirmed | undefined {
  const bound = others.find(({ cause }) => cause === BOUNDED_BY[found.cause]);
  return bound !== undefined && bound.explained >= MOST_OF_THE_WAIT * found.explained ? bound : undefined;
}

function compareDeciding(a: Confirmed, b: Confirmed): number {
  return DECIDES.indexOf(a.cause) - DECIDES.indexOf(b.cause);
}

function compareDepth(a: Confirmed, b: Confirmed): number {
  return b.depth - a.depth || compareTime(a, b);
}

/** No special case of it is among the others, no less deep than it is. */
function isMostSpecial(others: readonly Confirmed[]): (finding: Confirmed) => boolean {
  return ({ cause, depth }) =>
    !others.some((other) => other.depth >= depth && SPECIAL_CASES[cause]?.includes(other.cause));
}

/** The name breaks a tie, so that the answer never depends on the order of the registry. */
function compareTime(a: Confirmed, b: Confirmed): number {
  return b.explained - a.explained || (a.cause < b.cause ? -1 : 1);
}
