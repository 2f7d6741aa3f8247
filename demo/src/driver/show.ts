import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { createLoad, type Load, type Sample } from './load.ts';
import { judgeFault, judgeHealthy, type Phase, type Window } from './phase.ts';
import { EVERYDAY } from './traffic.ts';
import { followVerdicts, type SeenVerdict, type VerdictLog } from './verdict-log.ts';
import type { World } from './world.ts';

/** Long enough for every everyday route to come several times. */
const HEALTHY_MS = 2_100;
/** The first healthy phase also shows the agent what is usual. */
const FIRST_HEALTHY_MS = 3_500;
/** Connections opened, code compiled; nobody looks at these requests. */
const WARM_UP_MS = 1_200;
const FAULT_LEAST_MS = 1_500;
const FAULT_MOST_MS = 4_000;
/** So many verdicts on the victim, and the fault has been seen. */
const ENOUGH_VERDICTS = 3;
/** Recovered: nothing in flight is older than this. */
const QUICK_MS = 400;
const RECOVERY_MOST_MS = 8_000;
const TICK_MS = 50;

export interface ShowOptions {
  readonly budgetMs: number;
  /** Ends the show at the next tick: `play` rejects with the signal's reason. */
  readonly signal: AbortSignal;
  onFault(fault: Fault): void;
  onPhase(phase: Phase): void;
}

export interface Show {
  /** A healthy phase, then each fault followed by a healthy phase. */
  play(faults: readonly Fault[]): Promise<void>;
  /** All phases played, judged by all that is known now. */
  phases(): Phase[];
  readonly verdicts: readonly SeenVerdict[];
  readonly notices: readonly string[];
  close(): Promise<void>;
}

interface Act {
  readonly window: Window;
  /** Absent: nothing was wrong. */
  readonly fault?: Fault;
}

interface Stage {
  readonly world: World;
  readonly load: Load;
  readonly log: VerdictLog;
  readonly samples: Sample[];
  readonly acts: Act[];
  readonly options: ShowOptions;
}

export function createShow(world: World, options: ShowOptions): Show {
  const log = followVerdicts(world.verdictFile);
  const stage: Stage = { world, load: createLoad(), log, samples: [], acts: [], options };
  return {
    play: (faults) => playAll(stage, faults),
    phases: () => stage.acts.map((act) => judge(stage, act)),
    verdicts: log.verdicts,
    notices: log.notices,
    async close() {
      await stage.load.close();
      await log.close();
    },
  };
}

async function playAll(stage: Stage, faults: readonly Fault[]): Promise<void> {
  const { load, world, options } = stage;
  load.send(EVERYDAY, world.shopUrl);
  await wait(stage, WARM_UP_MS);
  await playHealthy(stage, FIRST_HEALTHY_MS);
  for (const fault of faults) {
    options.onFault(fault);
    await playFault(stage, fault);
    await playHealthy(stage, HEALTHY_MS);
  }
}

async function playHealthy(stage: Stage, ms: number): Promise<void> {
  const { load, world } = stage;
  load.send(EVERYDAY, world.shopUrl);
  const start = Date.now();
  await wait(stage, ms);
  // Nothing of this phase may still be in flight when the next fault is switched on.
  await load.drain();
  await wait(stage, TICK_MS);
  finishAct(stage, { window: { start, end: Date.now() } });
}

async function playFault(stage: Stage, fault: Fault): Promise<void> {
  const { load, world } = stage;
  const start = Date.now();
  await fault.switchOn?.(world);
  load.send(fault.streams, world.shopUrl);
  await wait(stage, fault.leastMs ?? FAULT_LEAST_MS);
  while (Date.now() - start < FAULT_MOST_MS && verdictsOn(stage, fault, start) < ENOUGH_VERDICTS) {
    await wait(stage, TICK_MS);
  }
  const window = { start, end: Date.now() };
  await fault.switchOff?.(world);
  await recover(stage);
  finishAct(stage, { window, fault });
}

/** Everyday traffic until the backlog of the fault is worked off and the last verdicts are written. */
async function recover(stage: Stage): Promise<void> {
  const { load, world, options } = stage;
  load.send(EVERYDAY, world.shopUrl);
  const start = Date.now();
  const late = (): boolean => Date.now() - (load.oldest() ?? Date.now()) > QUICK_MS;
  await wait(stage, options.budgetMs / 2);
  while (late() && Date.now() - start < RECOVERY_MOST_MS) await wait(stage, TICK_MS);
  await load.drain();
}

function finishAct(stage: Stage, act: Act): void {
  stage.acts.push(act);
  stage.options.onPhase(judge(stage, act));
}

function judge(stage: Stage, { window, fault }: Act): Phase {
  stage.samples.push(...stage.load.take());
  const { samples, options } = stage;
  const seen = { window, samples, verdicts: stage.log.verdicts, budgetMs: options.budgetMs };
  return fault === undefined ? judgeHealthy(seen) : judgeFault(fault, seen);
}

function verdictsOn({ log }: Stage, fault: Fault, since: number): number {
  return log.verdicts.filter(({ json, startedAt }) => json.route === fault.victim && startedAt >= since).length;
}

async function wait({ options }: Stage, ms: number): Promise<void> {
  await pause(ms, undefined, { signal: options.signal });
}
