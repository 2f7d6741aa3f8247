import type { Flight } from '../../recorder/flight.ts';
import type { Gate, GateHold, Waiter } from '../../recorder/gate.ts';
import type { OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { attached } from '../stamp.ts';

/** A task for the workers of a pool, from the call that hands it over to its end. */
export class Task {
  readonly gate: Gate;
  readonly request: RequestRecord | undefined;
  waiter: Waiter | undefined = undefined;
  hold: GateHold | undefined = undefined;
  isOver = false;
  #op: OpRecord | undefined = undefined;

  constructor(gate: Gate, request: RequestRecord | undefined) {
    this.gate = gate;
    this.request = request;
  }

  /** No worker has it so far: on record also where no request is in the way, workers take their time to start. */
  wait(): void {
    if (this.hold === undefined && !this.isOver) this.waiter = this.gate.wait(this.request, true);
  }

  /** A worker has it. */
  begin(): void {
    if (this.hold === undefined && !this.isOver) this.hold = this.gate.take(this.request, this.waiter);
  }

  /** The worker is free again: the next task gets it before this one's caller hears of its end. */
  popped(): void {
    if (this.hold === undefined) return;
    this.#op = this.hold.task;
    this.hold.task = undefined;
    this.gate.release(this.hold);
  }

  end(failure: unknown, flight: Flight): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.#op !== undefined) flight.close(this.#op, failure);
    else if (this.hold !== undefined) this.gate.release(this.hold, failure);
    else if (this.waiter !== undefined) this.gate.leave(this.waiter, failure);
  }
}

/** The `run` that is on the stack, and the task it makes. */
export class Running {
  gate: Gate | undefined;
  task: Task | undefined;
}

/** Of what a library makes for a task. */
export function taskOf(info: unknown): Task | undefined {
  const task = typeof info === 'object' && info !== null ? attached(info) : undefined;
  return task instanceof Task ? task : undefined;
}
