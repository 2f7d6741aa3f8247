import { Gate, type GateHold, type Waiter } from '../../recorder/gate.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { callSite } from '../call-site.ts';
import type { LibraryPatch } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';

interface PoolLike {
  readonly max: number;
  /** Resources that lie there, and those that may still be made. */
  readonly available: number;
  readonly spareResourceCapacity: number;
}

/** What is attached to a pool. */
class PoolGate {
  readonly gate: Gate;
  /** Of the resources that are out. */
  readonly holds = new Map<unknown, GateHold>();

  constructor(gate: Gate) {
    this.gate = gate;
  }
}

/** One `acquire`: what is attached to what the pool queues for it. */
class Asking {
  readonly pool: PoolGate;
  readonly request: RequestRecord | undefined;
  waiter: Waiter | undefined = undefined;
  isOver = false;
  isQueued = false;

  constructor(pool: PoolGate, request: RequestRecord | undefined) {
    this.pool = pool;
    this.request = request;
  }

  obtained(resource: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.pool.holds.set(resource, this.pool.gate.take(this.request, this.waiter));
  }

  refused(reason: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.waiter !== undefined) this.pool.gate.leave(this.waiter, reason);
  }
}

/** The `acquire` on the stack. */
interface Acquiring {
  now: Asking | undefined;
}

/**
 * Pools of generic-pool 3, whatever is in them: who has its resources and who waits while all are out. The time it takes to make
 * one is that of the calls that make it.
 */
export function genericPoolPatches(kit: Kit): LibraryPatch[] {
  const acquiring: Acquiring = { now: undefined };
  return [
    { file: /\/generic-pool\/lib\/Pool\.js$/, patch: (Pool) => patchPool(Pool, acquiring, kit) },
    { file: /\/generic-pool\/lib\/PriorityQueue\.js$/, patch: (Queue) => patchQueue(Queue, acquiring, kit) },
    { file: /\/generic-pool\/lib\/ResourceRequest\.js$/, patch: (Request) => patchRequest(Request, kit) },
  ];
}

function patchPool(Pool: unknown, acquiring: Acquiring, kit: Kit): void {
  const prototype = (Pool as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const begin = kit.attempt((pool: PoolLike) => new Asking(poolOf(pool, kit), kit.context.current()));
  const asked = kit.guard((asking: Asking) => {
    if (!asking.isOver) asking.waiter = asking.pool.gate.wait(asking.request);
  });
  patchFunction(prototype, 'acquire', (original) => {
    return function acquire(this: PoolLike, ...args: never[]): unknown {
      const isFull = this.available < 1 && this.spareResourceCapacity < 1;
      const outer = acquiring.now;
      acquiring.now = begin(this);
      try {
        return original.apply(this, args);
      } finally {
        // Refused at once it is in no queue.
        if (isFull && acquiring.now?.isQueued) asked(acquiring.now);
        acquiring.now = outer;
      }
    };
  });
  const released = kit.guard((pool: PoolLike, resource: unknown) => {
    const { gate, holds } = poolOf(pool, kit);
    const hold = holds.get(resource);
    if (hold === undefined) return;
    holds.delete(resource);
    gate.release(hold);
  });
  for (const name of ['release', 'destroy']) {
    patchFunction(prototype, name, (original) => {
      return function (this: PoolLike, ...args: never[]): unknown {
        released(this, args[0]);
        return original.apply(this, args);
      };
    });
  }
}

function patchQueue(Queue: unknown, acquiring: Acquiring, kit: Kit): void {
  const prototype = (Queue as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const queued = kit.guard((item: unknown) => {
    const { now } = acquiring;
    if (now === undefined || now.isQueued || typeof item !== 'object' || item === null) return;
    now.isQueued = true;
    attach(item, now);
  });
  patchFunction(prototype, 'enqueue', (original) => {
    return function enqueue(this: unknown, ...args: never[]): unknown {
      queued(args[0]);
      return original.apply(this, args);
    };
  });
}

function patchRequest(Request: unknown, kit: Kit): void {
  const prototype = (Request as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const resolved = kit.guard((request: object, resource: unknown) => askingOf(request)?.obtained(resource));
  const rejected = kit.guard((request: object, reason: unknown) => askingOf(request)?.refused(reason));
  for (const [name, step] of Object.entries({ resolve: resolved, reject: rejected })) {
    patchFunction(prototype, name, (original) => {
      return function (this: object, ...args: never[]): unknown {
        step(this, args[0]);
        return original.apply(this, args);
      };
    });
  }
}

function askingOf(request: object): Asking | undefined {
  const known = attached(request);
  return known instanceof Asking ? known : undefined;
}

function poolOf(pool: PoolLike, kit: Kit): PoolGate {
  const known = attached(pool);
  if (known instanceof PoolGate) return known;
  const made = new PoolGate(
    new Gate(kit.flight, { kind: 'lock', label: 'the pool (generic-pool)', capacity: () => pool.max, site: callSite }),
  );
  attach(pool, made);
  return made;
}
