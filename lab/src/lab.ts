import { Semaphore } from 'async-mutex';
import { lazyDatabaseServer } from './database.ts';
import type { Declaration } from './declaration.ts';
import type { RunResult } from './judge.ts';
import { whyNoServer } from './other-server.ts';
import { type Mode, type Plan, planRun } from './plan.ts';
import { waitForProcessor } from './quiet.ts';
import { DECLARATIONS } from './registry.ts';
import { playRun, type RunContext } from './run.ts';
import { type FailedRun, type Score, summarize } from './score.ts';
import { whyNoOwnResolver } from './service.ts';

export type { RunResult, Score };

/** Two cores are enough for two services and their surroundings; more would measure the queue for the processor. */
const AT_ONCE = 2;
/** A run that the machine disturbed is played again, alone, but not for ever. */
const TRIES = 3;
/** A machine busy with something else is given so long to be done with it, ms. */
const QUIET_PATIENCE_MS = 5_000;

export interface ScoreOptions {
  readonly seeds: number;
  readonly seedFrom: number;
  /** Only faults of these causes; all when empty. */
  readonly causes: readonly string[];
  readonly signal: AbortSignal;
  onRun(result: RunResult): void;
  onFailure(failure: FailedRun): void;
}

export function listFaults(): readonly Declaration[] {
  return DECLARATIONS;
}

/** @throws Error when the fault is unknown, cannot be played here, or a part of its world does not start. */
export async function runFault(name: string, seed: number, mode?: Mode): Promise<RunResult> {
  const declaration = DECLARATIONS.find((each) => each.name === name);
  if (declaration === undefined) throw new Error(`no fault ${JSON.stringify(name)}; see holdup lab list`);
  const why = await whyNotHere(declaration);
  if (why !== undefined) throw new Error(`${name} cannot be played here: ${why}`);
  const databases = lazyDatabaseServer();
  try {
    return await playRun(declaration, planRun(seed, [declaration], mode), { databases, address: addressOf(0) });
  } finally {
    await databases.stop();
  }
}

/** Plays one run per seed and compares. Runs that could not be played are listed with the reason. */
export async function scoreRuns(options: ScoreOptions): Promise<Score> {
  const { playable, skipped } = await choose(options.causes);
  const [first, ...others] = playable;
  if (first === undefined) throw new Error(`no fault to play for ${options.causes.join(', ') || 'any cause'}`);
  const databases = lazyDatabaseServer();
  const results: RunResult[] = [];
  const failed: FailedRun[] = [];
  const floor = new Semaphore(AT_ONCE);
  let next = options.seedFrom;
  const work = async (worker: number): Promise<void> => {
    while (next < options.seedFrom + options.seeds && !options.signal.aborted) {
      const plan = planRun(next++, [first, ...others]);
      const declaration = playable.find(({ name }) => name === plan.fault) ?? first;
      try {
        const result = await playUndisturbed(declaration, plan, {
          databases,
          address: addressOf(worker),
          floor,
          signal: options.signal,
        });
        results.push(result);
        options.onRun(result);
      } catch (error) {
        const failure = {
          seed: plan.seed,
          fault: plan.fault,
          why: error instanceof Error ? error.message : String(error),
        };
        failed.push(failure);
        options.onFailure(failure);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => work(worker)));
  } finally {
    await databases.stop();
  }
  return summarize(
    results.sort((a, b) => a.seed - b.seed),
    failed,
    skipped,
  );
}

interface Stage extends RunContext {
  /** Who plays beside whom: one place for each of `AT_ONCE`. */
  readonly floor: Semaphore;
  readonly signal: AbortSignal;
}

async function playUndisturbed(declaration: Declaration, plan: Plan, stage: Stage): Promise<RunResult> {
  for (let tries = 1; ; tries++) {
    const places = declaration.hungry || tries > 1 ? AT_ONCE : 1;
    const result = await stage.floor.runExclusive(async () => {
      if (tries > 1) await waitForProcessor(QUIET_PATIENCE_MS);
      return playRun(declaration, plan, stage);
    }, places);
    if (result.disturbed === null || tries === TRIES || stage.signal.aborted) return result;
  }
}

async function choose(causes: readonly string[]): Promise<{ playable: Declaration[]; skipped: Score['skipped'] }> {
  const wanted = DECLARATIONS.filter(({ cause }) => causes.length === 0 || causes.includes(cause));
  const playable: Declaration[] = [];
  const skipped: { fault: string; why: string }[] = [];
  for (const declaration of wanted) {
    const why = await whyNotHere(declaration);
    if (why === undefined) playable.push(declaration);
    else skipped.push({ fault: declaration.name, why });
  }
  return { playable, skipped };
}

/** Undefined: it can be played on this machine. */
async function whyNotHere({ ownResolver, otherServer }: Declaration): Promise<string | undefined> {
  const noServer = otherServer && whyNoServer(otherServer.kind);
  return noServer ?? (ownResolver ? await whyNoOwnResolver() : undefined);
}

/** Linux answers on all of 127/8; the process id keeps labs that run at the same time apart. */
function addressOf(worker: number): string {
  return `127.${64 + (process.pid % 128)}.${(process.pid >> 7) % 256}.${10 + worker}`;
}
