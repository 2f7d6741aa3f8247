import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { VerdictJson } from '@holdup/model';
import { KeptVerdicts, renderFlameCommand, renderVerdict, terminalOptions } from 'holdup';
import { type Conservation, checkConservation } from './conservation.ts';
import type { Fault } from './faults.ts';
import type { Phase } from './phase.ts';
import { createShow, type Show } from './show.ts';
import { describeBusyMachine, describeFault, describeHealthy, renderTable, sumNotices } from './text.ts';
import { createWorld } from './world.ts';

const BUDGET_MS = 800;
/** The agent's last lines of a phase that just ended. */
const LAST_LINES_MS = 300;

/** What one pass through the faults came to. */
export interface Round {
  readonly phases: readonly Phase[];
  readonly ledgers: Conservation;
  /** What the agent said besides verdicts. */
  readonly notices: readonly string[];
  readonly ok: boolean;
}

export interface RoundOptions {
  /** Stops the round early; what was played stays in the result. */
  readonly signal: AbortSignal;
  /** Takes what a person reads. */
  readonly output: NodeJS.WriteStream;
}

/**
 * Builds the world, plays the faults in it, takes it down again.
 *
 * @throws whatever kept a part of the world from starting or ended it.
 */
export async function playRound(faults: readonly Fault[], { signal, output }: RoundOptions): Promise<Round> {
  const say = (text: string): void => {
    output.write(`${text}\n`);
  };
  const look = terminalOptions(output, process.env);
  const kept = new KeptVerdicts();
  const tell = (verdict: VerdictJson): void => {
    const file = kept.keep(verdict);
    say(`\n${renderVerdict(verdict, look)}\n${file === undefined ? '' : `${renderFlameCommand(file, look)}\n`}`);
  };
  const broken = new AbortController();
  say('Starting PostgreSQL, the partners, the name server and the shop …');
  const world = await createWorld({ budgetMs: BUDGET_MS, onDeath: (error) => broken.abort(error) });
  try {
    const show = createShow(world, {
      budgetMs: BUDGET_MS,
      signal: AbortSignal.any([signal, broken.signal]),
      onFault: (fault) => say(`\n── ${fault.name}: ${fault.title}`),
      onPhase: (phase) => {
        if (phase.kind === 'fault' && phase.verdict !== null) tell(phase.verdict);
        say(phase.kind === 'fault' ? describeFault(phase) : describeHealthy(phase));
      },
    });
    const round = await watchShow(show, faults, signal);
    if (round.phases.length > 0) say(`\n${renderTable(round.phases, round.ledgers)}`);
    for (const notice of sumNotices(round.notices)) say(`holdup: ${notice}`);
    const busy = round.ok ? undefined : describeBusyMachine(loadavg()[0] ?? 0, availableParallelism());
    if (busy !== undefined) say(`\n${busy}`);
    return round;
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    await world.close();
  }
}

async function watchShow(show: Show, faults: readonly Fault[], signal: AbortSignal): Promise<Round> {
  try {
    await show.play(faults);
    await pause(LAST_LINES_MS);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await show.close();
  }
  const phases = show.phases();
  const ledgers = checkConservation(show.verdicts.map(({ json }) => json));
  return { phases, ledgers, notices: show.notices, ok: phases.every(({ ok }) => ok) && ledgers.broken.length === 0 };
}
