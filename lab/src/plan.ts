import type { Declaration } from './declaration.ts';
import { createRandom } from './random.ts';

/**
 * `fault`: on, the victim is late. The rest are controls, in which nothing is to be said about the victim: `healthy`
 * nothing is wrong and the load is heavy; `noisy` nothing is wrong and the neighbours are many; `inside-budget` the fault
 * is on but short of the budget; `elsewhere` it is on, and the victim a route that does not depend on it.
 */
export type Mode = 'fault' | 'healthy' | 'noisy' | 'inside-budget' | 'elsewhere';

/** Everything about a run that the seed decides. */
export interface Plan {
  readonly seed: number;
  readonly fault: string;
  readonly mode: Mode;
  /** Route whose verdicts count. */
  readonly victim: string;
  readonly budgetMs: number;
  /** Times the budget. */
  readonly severity: number;
  /** Severity in milliseconds: how long what is wrong takes. */
  readonly holdMs: number;
  readonly poolSize: number;
  /** Mean pause between requests of the victim, ms. */
  readonly victimEveryMs: number;
  /** Mean pause between requests of each other route, ms. */
  readonly neighbourEveryMs: number;
  /** How long the app's partners and statements take on a good day, ms. */
  readonly usualMs: number;
  /** For choices of the declaration's own; in [0, 1). */
  readonly dice: readonly [number, number, number];
}

/** One run in six is a control. */
const CONTROL_SHARE = 1 / 6;
/** One run in ten is a compound fault, whatever the causes in it. */
const COMPOUND_EVERY = 10;
/** Faults that stay inside the budget, times the budget. */
const INSIDE_SEVERITY = [0.3, 0.85] as const;
/** What the rest of the request and a busy machine may add before it is too late after all, ms. */
const INSIDE_ROOM_MS = 130;
const HEAVY = 0.4;
/** Of the usual pause between the neighbours' requests. */
const NOISY = 0.25;
const BUDGET_MS = [300, 1_000] as const;

/** Causes take turns, and the faults of each: any range of seeds holds each cause about equally often. */
export function planRun(seed: number, declarations: readonly [Declaration, ...Declaration[]], forced?: Mode): Plan {
  const declaration = pickFault(seed, declarations);
  const random = createRandom(seed);
  const drawn = drawMode(declaration, random.next(), random.next());
  const mode = forced ?? drawn;
  const budgetMs = Math.round(random.between(...(declaration.budgetMs ?? BUDGET_MS)) / 10) * 10;
  const severity =
    mode === 'inside-budget'
      ? Math.min(random.between(...INSIDE_SEVERITY), 1 - INSIDE_ROOM_MS / budgetMs)
      : random.between(...declaration.severity);
  const victimPace = mode === 'healthy' && !declaration.crowded ? HEAVY : 1;
  const neighbourPace = mode === 'noisy' ? NOISY : victimPace;
  return {
    seed,
    fault: declaration.name,
    mode,
    victim: mode === 'elsewhere' ? (declaration.elsewhere ?? declaration.victim) : declaration.victim,
    budgetMs,
    severity,
    holdMs: Math.round(budgetMs * severity),
    poolSize: random.whole(3, 10),
    victimEveryMs: random.between(40, 90) * victimPace,
    neighbourEveryMs: random.between(60, 250) * neighbourPace,
    usualMs: random.between(4, 30),
    dice: [random.next(), random.next(), random.next()],
  };
}

function pickFault(seed: number, declarations: readonly [Declaration, ...Declaration[]]): Declaration {
  const compounds = declarations.filter(({ compound }) => compound);
  const simple = declarations.filter(({ compound }) => !compound);
  const round = Math.floor(seed / COMPOUND_EVERY);
  const isCompound = simple.length === 0 || (compounds.length > 0 && seed % COMPOUND_EVERY === 0);
  if (isCompound) return compounds[round % compounds.length] ?? declarations[0];
  const turn = compounds.length === 0 ? seed : seed - round - 1;
  const causes = [...new Set(simple.map(({ cause }) => cause))];
  const cause = causes[turn % causes.length];
  const faults = simple.filter((each) => each.cause === cause);
  return faults[Math.floor(turn / causes.length) % faults.length] ?? declarations[0];
}

function drawMode(declaration: Declaration, isControl: number, which: number): Mode {
  if (isControl >= CONTROL_SHARE) return 'fault';
  const modes: Mode[] = ['healthy'];
  if (!declaration.crowded) modes.push('noisy');
  if (declaration.scales) modes.push('inside-budget');
  if (declaration.elsewhere !== undefined) modes.push('elsewhere');
  return modes[Math.floor(which * modes.length)] ?? 'healthy';
}
