import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseServer } from './database.ts';
import type { Declaration, Stream } from './declaration.ts';
import { judgeRun, type RunResult, type Window } from './judge.ts';
import { Load } from './load.ts';
import type { Plan } from './plan.ts';
import { createRandom } from './random.ts';
import { followVerdicts, type VerdictLog } from './verdict-log.ts';
import { createWorld, type World } from './world.ts';

/** Healthy traffic first, so that there is something to compare with: about 30 requests of the victim. */
const WARM_UP_MS = 1_800;
const LEAST_ON_MS = 1_500;
const MOST_ON_MS = 3_000;
/** Beyond what the fault takes, so that several requests meet it from its beginning to its end. */
const ON_MARGIN_MS = 700;
/** From the last deadline to the last verdict: the agent promises one within a second. */
const VERDICT_MS = 1_000;
/** From its first process to its verdict; a run that takes longer is stuck. */
const RUN_LIMIT_MS = 60_000;
/** The lab's own loop stood still for so long: the machine was busy with something else. */
const DISTURBED_MS = 250;

export interface RunContext {
  readonly databases: DatabaseServer;
  /** Loopback address no other run uses at the time. */
  readonly address: string;
}

/**
 * Plays one plan and compares what the agent says with what the declaration knows.
 * @throws Error when a part of the world does not start or fails, or when the run is stuck.
 */
export async function playRun(declaration: Declaration, plan: Plan, context: RunContext): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'service-'));
  const stuck = new AbortController();
  const limit = setTimeout(() => stuck.abort(), RUN_LIMIT_MS);
  const cleanups: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const world = await createWorld(declaration, plan, {
      ...context,
      folder,
      moduleOf: (fault) => fileURLToPath(new URL(`../faults/${fault}/app.js`, import.meta.url)),
    });
    const load = new Load(world.service.url, createRandom(plan.seed + 1));
    const log = followVerdicts(world.service.sinkPath);
    cleanups.push(
      () => world.close(),
      () => log.close(),
      () => load.close(),
    );
    return await Promise.race([observe(declaration, plan, { world, load, log }), rejectWhen(stuck.signal)]);
  } finally {
    clearTimeout(limit);
    await cleanUp(cleanups.reverse());
  }
}

/** All of them, whatever becomes of the others. @throws AggregateError of what failed. */
async function cleanUp(cleanups: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const cleanup of cleanups) await cleanup().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, String(errors[0]));
}

function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`stuck: not over after ${RUN_LIMIT_MS / 1_000} s`)));
  });
}

interface Stage {
  readonly world: World;
  readonly load: Load;
  readonly log: VerdictLog;
}

async function observe(declaration: Declaration, plan: Plan, { world, load, log }: Stage): Promise<RunResult> {
  const stillness = monitorEventLoopDelay({ resolution: 10 });
  stillness.enable();
  try {
    const window = await perform(declaration, plan, world, load);
    const death = world.service.death();
    if (death !== undefined) throw new Error(`the service ${death}`);
    const stillMs = stillness.max / 1e6;
    const expected = plan.mode === 'fault' ? declaration.expected(plan, world) : null;
    // Requests never answered end here: their callers' view counts too.
    await load.close();
    await pause(50);
    return judgeRun(plan, expected, declaration.compound ?? false, {
      window,
      samples: load.samples,
      verdicts: log.verdicts,
      notices: log.notices,
      disturbedMs: stillMs > DISTURBED_MS ? Math.round(stillMs) : null,
    });
  } finally {
    stillness.disable();
  }
}

/** Good days, the fault, and the time it takes until the last verdict is due. */
async function perform(declaration: Declaration, plan: Plan, world: World, load: Load): Promise<Window> {
  const everyday = declaration.traffic(plan);
  const on = plan.mode !== 'healthy' && plan.mode !== 'noisy';
  declaration.before?.(world, plan);
  load.send(everyday);
  await pause(WARM_UP_MS);
  if (on) await declaration.on?.(world, plan);
  const start = Date.now();
  load.send(on ? replaceStreams(everyday, declaration.faultTraffic?.(plan) ?? []) : everyday);
  await pause(Math.min(MOST_ON_MS, Math.max(LEAST_ON_MS, plan.holdMs + ON_MARGIN_MS)));
  const end = Date.now();
  load.send(everyday.filter(({ route }) => route !== plan.victim));
  await pause(plan.budgetMs + VERDICT_MS);
  return { start: on ? start : 0, end };
}

function replaceStreams(everyday: readonly Stream[], streams: readonly Stream[]): Stream[] {
  const replaced = new Set(streams.map(({ route }) => route));
  return [...everyday.filter(({ route }) => !replaced.has(route)), ...streams];
}
