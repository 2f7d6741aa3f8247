import { basename } from 'node:path';
import type { Flight } from '../../recorder/flight.ts';
import type { Gate, GateHold, Waiter } from '../../recorder/gate.ts';
import type { OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { gateOf } from '../gate-of.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
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

/** What a library's pool of workers says of itself. */
interface Workers<Pool> {
  /** For people: `the workers of piscina`. */
  readonly library: string;
  /** The program they run; none: that is not known. */
  file(pool: Pool): unknown;
  capacity(pool: Pool): number | undefined;
  /** Whether this call hands over a task; absent: each does. */
  isTask?(args: readonly unknown[]): boolean;
}

/** The method that hands a task over: who waits for a worker is known as it returns. */
export function patchRun<Pool extends object>(
  prototype: object,
  method: string,
  running: Running,
  kit: Kit,
  workers: Workers<Pool>,
): void {
  const workersGate = kit.attempt((pool: Pool) =>
    gateOf(pool, kit, () => ({
      kind: 'worker-pool',
      label: labelOf(workers.library, workers.file(pool)),
      capacity: () => workers.capacity(pool),
    })),
  );
  const queued = kit.guard((task: Task) => task.wait());
  patchFunction(prototype, method, (original) => {
    return function (this: Pool, ...args: never[]): unknown {
      if (workers.isTask?.(args) === false) return original.apply(this, args);
      running.gate = workersGate(this);
      running.task = undefined;
      try {
        return original.apply(this, args);
      } finally {
        running.gate = undefined;
        if (running.task !== undefined) queued(running.task);
      }
    };
  });
}

function labelOf(library: string, file: unknown): string {
  return typeof file === 'string' ? `the workers of ${library} (${basename(file)})` : `the workers of ${library}`;
}

/** The options of piscina, which tinypool has too. */
export interface PoolOptions {
  readonly options?: { readonly maxThreads?: number; readonly concurrentTasksPerWorker?: number; filename?: unknown };
}

export function optionsOf(library: string): Workers<PoolOptions> {
  return {
    library,
    file: ({ options }) => options?.filename,
    capacity: ({ options }) => {
      const { maxThreads, concurrentTasksPerWorker = 1 } = options ?? {};
      return typeof maxThreads === 'number' ? maxThreads * concurrentTasksPerWorker : undefined;
    },
  };
}

/** Of what a library makes for a task. */
export function taskOf(info: unknown): Task | undefined {
  const task = typeof info === 'object' && info !== null ? attached(info) : undefined;
  return task instanceof Task ? task : undefined;
}
