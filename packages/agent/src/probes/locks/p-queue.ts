import type { GateFacts } from '../../recorder/gate.ts';
import { callSite } from '../call-site.ts';
import { gateOf } from '../gate-of.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { type Task, Turns } from './turn.ts';

interface QueueLike {
  readonly size: number;
  readonly pending: number;
  readonly concurrency: number;
  readonly isPaused: boolean;
}

/** `add` of p-queue, which `addAll` calls too. */
export function patchPQueue(PQueue: unknown, kit: Kit): void {
  const prototype = (PQueue as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const turns = new Turns(kit);
  const queueGate = kit.attempt((queue: QueueLike) => {
    const gate = gateOf(queue, kit, factsOf);
    // Tasks that were aborted or cleared never start, and nobody tells.
    if (queue.size === 0 && gate.waiters.size > 0) gate.clear();
    return gate;
  });
  patchFunction(prototype, 'add', (original) => {
    return function add(this: QueueLike, ...args: never[]): unknown {
      const task: unknown = args[0];
      const gate = typeof task === 'function' ? queueGate(this) : undefined;
      if (gate === undefined) return original.apply(this, args);
      const isFree = !this.isPaused && this.size === 0 && this.pending < this.concurrency;
      const watched = turns.watch(task as Task, gate, isFree);
      return (original as (...given: unknown[]) => unknown).call(this, watched, ...args.slice(1));
    };
  });
}

function factsOf(queue: QueueLike): GateFacts {
  return { kind: 'lock', label: 'the queue (p-queue)', capacity: () => queue.concurrency, site: callSite };
}
