import type { Declaration } from './declaration.ts';
import { createRandom } from './random.ts';

/**
 * `fault`: on, the victim is late. The rest are controls, in which nothing is to be said about the victim: `healthy`
 * nothing is wrong and the load is heavy; `inside-budget` the fault is on but short of the budget; `elsewhere` it is on,
 * and the victim a route that does not depend on it.
 */
export type Mode = 'fault' | 'healthy' | 'inside-budget' | 'elsewhere';

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

/** One run in five is a control. */
const CONTROL_SHARE = 0.2;
/** Faults that stay inside the budget: no more than this of it, so that a busy machine does not make the rest. */
const INSIDE_SEVERITY = [0.25, 0.55] as const;
const HEAVY = 0.4;
const BUDGET_MS = [300, 1_000] as const;

/** Faults take turns, so that any range of seeds holds each about equally often. */
export function planRun(seed: number, declarations: readonly [Declaration, ...Declaration[]], forced?: Mode): Plan {
  const declaration = declarations[seed % declarations.length] ?? declarations[0];
  const random = createRandom(seed);
  const drawn = drawMode(declaration, random.next(), random.next());
  const mode = forced ?? drawn;
  const budgetMs = Math.round(random.between(...(declaration.budgetMs ?? BUDGET_MS)) / 10) * 10;
  const severity = random.between(...(mode === 'inside-budget' ? INSIDE_SEVERITY : declaration.severity));
  const pace = mode === 'healthy' ? HEAVY : 1;
  return {
    seed,
    fault: declaration.name,
    mode,
    victim: mode === 'elsewhere' ? (declaration.elsewhere ?? declaration.victim) : declaration.victim,
    budgetMs,
    severity,
    holdMs: Math.round(budgetMs * severity),
    poolSize: random.whole(3, 10),
    victimEveryMs: random.between(40, 90) * pace,
    neighbourEveryMs: random.between(60, 250) * pace,
    usualMs: random.between(4, 30),
    dice: [random.next(), random.next(), random.next()],
  };
}

function drawMode(declaration: Declaration, isControl: number, which: number): Mode {
  if (isControl >= CONTROL_SHARE) return 'fault';
  const modes: Mode[] = ['healthy'];
  if (declaration.scales) modes.push('inside-budget');
  if (declaration.elsewhere !== undefined) modes.push('elsewhere');
  return modes[Math.floor(which * modes.length)] ?? 'healthy';
}
