import { Gate } from '../../recorder/gate.ts';
import { callSite } from '../call-site.ts';
import { alike } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { type Task, Turns } from './turn.ts';

type Limit = ((task: Task, ...args: unknown[]) => unknown) & {
  readonly activeCount: number;
  readonly pendingCount: number;
  /** From p-limit 6 on. */
  readonly concurrency?: number;
};

type MakeLimit = (concurrency: unknown, ...rest: unknown[]) => unknown;

/** Wraps the function that p-limit is: what it makes is handed out with the same properties, and watched. */
export function wrapPLimit(original: unknown, kit: Kit): unknown {
  if (typeof original !== 'function') return original;
  const make = original as MakeLimit;
  const turns = new Turns(kit);
  const watch = kit.attempt((limit: Limit, concurrency: unknown) => watchLimit(limit, concurrency, turns, kit));
  function pLimit(this: unknown, concurrency: unknown, ...rest: unknown[]): unknown {
    const limit = make.call(this, concurrency, ...rest);
    return typeof limit === 'function' ? (watch(limit as Limit, concurrency) ?? limit) : limit;
  }
  return alike(pLimit, make);
}

function watchLimit(limit: Limit, given: unknown, turns: Turns, kit: Kit): unknown {
  const capacity = () => limit.concurrency ?? (typeof given === 'number' ? given : undefined);
  const gate = new Gate(kit.flight, { kind: 'lock', label: 'the limiter (p-limit)', capacity, site: callSite });
  const isFree = () => {
    // What was cleared never comes: nobody tells.
    if (limit.pendingCount === 0 && gate.waiters.size > 0) gate.clear();
    return limit.pendingCount === 0 && limit.activeCount < (capacity() ?? 0);
  };
  const watched = (task: Task, ...args: unknown[]) =>
    limit(typeof task === 'function' ? turns.watch(task, gate, isFree()) : task, ...args);
  for (const key of Reflect.ownKeys(limit)) {
    const descriptor = Object.getOwnPropertyDescriptor(limit, key);
    if (descriptor === undefined) continue;
    const { value } = descriptor;
    if (key === 'map' && typeof value === 'function') {
      const map = (items: unknown, task: Task) => value.call(limit, items, watchEach(items, task, turns, gate));
      descriptor.value = alike(map as never, value);
    }
    Reflect.defineProperty(watched, key, descriptor);
  }
  return watched;
}

/** `map` hands all its tasks over at once, past the function that is watched. */
function watchEach(items: unknown, task: Task, turns: Turns, gate: Gate): Task {
  if (typeof task !== 'function') return task;
  const queued = Array.isArray(items) ? items.map(() => turns.watch(task, gate, false)) : [];
  return (...args) => {
    const index: unknown = args[1];
    const each = typeof index === 'number' ? queued[index] : undefined;
    return (each ?? turns.watch(task, gate, true))(...args);
  };
}
