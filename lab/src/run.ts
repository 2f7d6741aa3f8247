import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseServer } from './database.ts';
import type { Declaration, Stream } from './declaration.ts';
import { judgeRun, type RunResult, type Window } from './judge.ts';
import { Load } from './load.ts';
import type { Plan } from './plan.ts';
import { Stillness } from './quiet.ts';
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
const RUN_LIMIT_MS = 45_000;
/** The lab's own loop stood still for so long, or the database did: the machine was busy with something else. */
const DISTURBED_MS = 250;
/**
 * Of the judged phase, waiting for a processor. Beyond it whoever is late is late because of the machine too, and a
 * service that has half a processor is saturated by what it does every day.
 */
const STARVED_SHARE = 0.15;

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
  const stillness = new Stillness();
  stillness.watch();
  try {
    const { window, calmUntil, starvedShare, databaseMs } = await perform(declaration, plan, world, load, stillness);
    const death = world.service.death();
    if (death !== undefined) throw new Error(`the service ${death}`);
    const expected = plan.mode === 'fault' ? declaration.expected(plan, world) : null;
    // Requests never answered end here: their callers' view counts too.
    await load.close();
    await pause(50);
    return judgeRun(plan, expected, declaration.compound ?? false, {
      window,
      calmUntil,
      samples: load.samples,
      verdicts: log.verdicts,
      notices: log.notices,
      disturbed: disturbance(stillness.maxMs, starvedShare, databaseMs),
    });
  } finally {
    stillness.ignore();
  }
}

/** What the machine did to the run, if it was too much for it to mean anything. */
function disturbance(stillMs: number, starvedShare: number, databaseMs: number): string | null {
  if (stillMs > DISTURBED_MS) return `the lab stood still for ${Math.round(stillMs)} ms`;
  if (databaseMs > DISTURBED_MS) return `the database took ${Math.round(databaseMs)} ms to answer nothing at all`;
  if (starvedShare > STARVED_SHARE)
    return `the service had no processor for ${Math.round(starvedShare * 100)} % of the time`;
  return null;
}

interface Performance {
  readonly window: Window;
  /** Epoch ms. */
  readonly calmUntil: number;
  /** Of the judged time, how much the service waited for a processor. */
  readonly starvedShare: number;
  /** The slowest answer of the database in that time, ms; from statements that ask for nothing. */
  readonly databaseMs: number;
}

/** Good days, the fault, and the time it takes until the last verdict is due. */
async function perform(
  declaration: Declaration,
  plan: Plan,
  world: World,
  load: Load,
  stillness: Stillness,
): Promise<Performance> {
  const everyday = declaration.traffic(plan);
  const on = plan.mode !== 'healthy' && plan.mode !== 'noisy';
  declaration.before?.(world, plan);
  // Without a fault that begins all of it is judged.
  const began = Date.now();
  let starvedBefore = world.service.starvedMs() ?? 0;
  load.send(everyday);
  await pause(WARM_UP_MS);
  // What makes it ready may take a while and load the service: customers would pile up meanwhile.
  load.stop();
  const calmUntil = Date.now();
  stillness.ignore();
  if (on) await declaration.on?.(world, plan);
  const streams = on ? replaceStreams(everyday, declaration.faultTraffic?.(plan) ?? []) : everyday;
  stillness.watch();
  const start = on ? Date.now() : began;
  if (on) starvedBefore = world.service.starvedMs() ?? 0;
  const slowestAnswer = world.watchDatabase();
  load.send(streams);
  await pause(Math.min(MOST_ON_MS, Math.max(LEAST_ON_MS, plan.holdMs + ON_MARGIN_MS)));
  const end = Date.now();
  const databaseMs = slowestAnswer();
  const starvedMs = (world.service.starvedMs() ?? 0) - starvedBefore;
  load.send(everyday.filter(({ route }) => route !== plan.victim));
  await pause(plan.budgetMs + VERDICT_MS);
  return {
    window: { start, end },
    calmUntil: on ? calmUntil : began,
    starvedShare: starvedMs / (end - start),
    databaseMs,
  };
}

function replaceStreams(everyday: readonly Stream[], streams: readonly Stream[]): Stream[] {
  const replaced = new Set(streams.map(({ route }) => route));
  return [...everyday.filter(({ route }) => !replaced.has(route)), ...streams];
}
