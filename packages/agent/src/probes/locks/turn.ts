import type { Gate, GateHold, Waiter } from '../../recorder/gate.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Kit } from '../probe.ts';
import { whenSettled } from './settled.ts';

export type Task = (...args: never[]) => unknown;

/** One task that a limiter lets run when its turn comes. */
interface Turn {
  readonly gate: Gate;
  readonly request: RequestRecord | undefined;
  readonly waiter: Waiter | undefined;
}

/** Follows the tasks of limiters from the call that hands them over to their end. */
export class Turns {
  readonly #kit: Kit;
  readonly #begin: (gate: Gate, isFree: boolean) => Turn | undefined;
  readonly #start: (turn: Turn) => GateHold | undefined;
  readonly #end: (gate: Gate, hold: GateHold) => void;

  constructor(kit: Kit) {
    this.#kit = kit;
    this.#begin = kit.attempt((gate: Gate, isFree: boolean) => {
      const request = kit.context.current();
      return { gate, request, waiter: isFree ? undefined : gate.wait(request) };
    });
    this.#start = kit.attempt(({ gate, request, waiter }: Turn) => gate.take(request, waiter));
    this.#end = kit.guard((gate: Gate, hold: GateHold) => gate.release(hold));
  }

  /** @returns what the limiter is given in place of the task */
  watch(task: Task, gate: Gate, isFree: boolean): Task {
    const turn = this.#begin(gate, isFree);
    if (turn === undefined) return task;
    return (...args) => {
      const hold = this.#start(turn);
      // Older limiters run a task in the context of the one that made room for it.
      const run = () => task(...args);
      if (hold === undefined) return run();
      const done = () => this.#end(gate, hold);
      let result: unknown;
      try {
        result = this.#kit.context.run(turn.request, run);
      } catch (error) {
        done();
        throw error;
      }
      return whenSettled(result, done);
    };
  }
}
