import type { Gate, GateHold, Waiter } from '../../recorder/gate.ts';
import { callSite } from '../call-site.ts';
import { gateOf } from '../gate-of.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';

interface SemaphoreLike {
  readonly _queue: readonly object[];
}

type Releaser = () => void;

/**
 * `Semaphore` of async-mutex, which its `Mutex` is made of. A request that is queued is an item of `_queue` until
 * `_dispatchItem` has it; what it gets is a function of its own to give the place back.
 */
export function patchSemaphore(exports: unknown, kit: Kit): void {
  const { default: main, Semaphore = main } = exports as { Semaphore?: unknown; default?: unknown };
  const prototype = (Semaphore as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const methods = ['acquire', 'release', 'cancel', '_dispatchItem', '_newReleaser'];
  if (methods.some((name) => typeof Reflect.get(prototype, name) !== 'function')) return;
  const gates = new Gates(kit);
  patchTaking(prototype, kit, gates);
  patchGivingBack(prototype, kit, gates);
}

class Gates {
  readonly #kit: Kit;
  readonly #initial = new WeakMap<object, number>();
  /** What the `_dispatchItem` on the stack has just handed out. */
  taken: GateHold | undefined = undefined;
  /** What the releaser on the stack gives back. */
  releasing: GateHold | undefined = undefined;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  of(semaphore: object): Gate {
    return gateOf(semaphore, this.#kit, () => {
      const { _value: value } = semaphore as { _value?: unknown };
      if (typeof value === 'number') this.#initial.set(semaphore, value);
      return {
        kind: 'lock',
        label: value === 1 ? 'the mutex' : 'the semaphore',
        capacity: () => this.#initial.get(semaphore),
        site: callSite,
      };
    });
  }
}

/** What is attached to an item of the queue. */
class Queued {
  readonly waiter: Waiter;

  constructor(waiter: Waiter) {
    this.waiter = waiter;
  }
}

function patchTaking(prototype: object, kit: Kit, gates: Gates): void {
  const queued = kit.guard((semaphore: SemaphoreLike, before: number) => {
    const { _queue: queue } = semaphore;
    if (!Array.isArray(queue) || queue.length <= before) return;
    const item = queue.findLast((each) => !(attached(each) instanceof Queued));
    if (item !== undefined) attach(item, new Queued(gates.of(semaphore).wait(kit.context.current())));
  });
  const dispatching = kit.guard((semaphore: object, item: object) => {
    const known = attached(item);
    const waiter = known instanceof Queued ? known.waiter : undefined;
    gates.taken = gates.of(semaphore).take(waiter === undefined ? kit.context.current() : waiter.request, waiter);
  });
  patchFunction(prototype, 'acquire', (original) => {
    return function acquire(this: SemaphoreLike, ...args: never[]): unknown {
      const before = Array.isArray(this._queue) ? this._queue.length : Number.POSITIVE_INFINITY;
      const promise = original.apply(this, args);
      queued(this, before);
      return promise;
    };
  });
  patchFunction(prototype, '_dispatchItem', (original) => {
    return function _dispatchItem(this: object, ...args: never[]): unknown {
      dispatching(this, args[0] as unknown as object);
      try {
        return original.apply(this, args);
      } finally {
        gates.taken = undefined;
      }
    };
  });
}

function patchGivingBack(prototype: object, kit: Kit, gates: Gates): void {
  const released = kit.guard((semaphore: object) => {
    const gate = gates.of(semaphore);
    // Given back by hand: nobody says which place, the oldest is the likeliest.
    const hold = gates.releasing ?? gate.holds.values().next().value;
    gates.releasing = undefined;
    if (hold !== undefined) gate.release(hold);
  });
  const cancelled = kit.guard((semaphore: object) => gates.of(semaphore).clear());
  patchFunction(prototype, 'release', (original) => {
    return function release(this: object, ...args: never[]): unknown {
      released(this);
      return original.apply(this, args);
    };
  });
  patchFunction(prototype, '_newReleaser', (original) => {
    return function _newReleaser(this: object, ...args: never[]): unknown {
      const releaser = original.apply(this, args) as Releaser;
      const hold = gates.taken;
      if (hold === undefined || typeof releaser !== 'function') return releaser;
      return () => {
        gates.releasing = hold;
        try {
          releaser();
        } finally {
          gates.releasing = undefined;
        }
      };
    };
  });
  patchFunction(prototype, 'cancel', (original) => {
    return function cancel(this: object, ...args: never[]): unknown {
      const result = original.apply(this, args);
      cancelled(this);
      return result;
    };
  });
}
