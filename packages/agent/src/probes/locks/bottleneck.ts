import type { Gate, GateFacts, GateHold, Waiter } from '../../recorder/gate.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { callSite } from '../call-site.ts';
import { gateOf } from '../gate-of.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';

interface LimiterLike {
  readonly _store?: { readonly storeOptions?: { readonly maxConcurrent?: unknown } };
}

interface JobLike {
  readonly Events?: { readonly instance?: LimiterLike };
}

/** What is attached to a job. */
class Job {
  readonly gate: Gate;
  readonly request: RequestRecord | undefined;
  readonly waiter: Waiter;
  hold: GateHold | undefined = undefined;

  constructor(gate: Gate, request: RequestRecord | undefined) {
    this.gate = gate;
    this.request = request;
    // Also where no request is in the way: its rate may be limited, and then nobody has what is waited for.
    this.waiter = gate.wait(request, true);
  }

  /** Run again after a failure, it still has its place. */
  begin(): void {
    this.hold ??= this.gate.take(this.request, this.waiter);
  }

  end(): void {
    if (this.hold === undefined) this.gate.leave(this.waiter);
    else this.gate.release(this.hold);
  }
}

/**
 * Jobs of bottleneck 2, from the call that hands them over (`schedule`, `wrap`, `submit`) to their end. They wait for a place
 * or for the rate; of the two only the first has holders.
 */
export function patchBottleneckJob(exports: unknown, kit: Kit): void {
  const prototype = (exports as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const steps = ['doReceive', 'doExecute', 'doDone', 'doDrop'];
  if (steps.some((name) => typeof Reflect.get(prototype, name) !== 'function')) return;
  const received = kit.guard((job: JobLike) => {
    const limiter = job.Events?.instance;
    if (limiter !== undefined) attach(job, new Job(gateOf(limiter, kit, factsOf), kit.context.current()));
  });
  const started = kit.guard((job: Job) => job.begin());
  const ended = kit.guard((job: object) => jobOf(job)?.end());
  patchFunction(prototype, 'doReceive', (original) => {
    return function doReceive(this: JobLike, ...args: never[]): unknown {
      received(this);
      return original.apply(this, args);
    };
  });
  patchFunction(prototype, 'doExecute', (original) => {
    return function doExecute(this: object, ...args: never[]): unknown {
      const job = jobOf(this);
      if (job === undefined) return original.apply(this, args);
      started(job);
      // It runs in a timer of whoever made room for it.
      return kit.context.run(job.request, () => original.apply(this, args));
    };
  });
  for (const name of ['doDone', 'doDrop']) {
    patchFunction(prototype, name, (original) => {
      return function (this: object, ...args: never[]): unknown {
        ended(this);
        return original.apply(this, args);
      };
    });
  }
}

function jobOf(job: object): Job | undefined {
  const known = attached(job);
  return known instanceof Job ? known : undefined;
}

function factsOf(limiter: LimiterLike): GateFacts {
  return {
    kind: 'lock',
    label: 'the limiter (bottleneck)',
    capacity: () => {
      const places = limiter._store?.storeOptions?.maxConcurrent;
      return typeof places === 'number' ? places : undefined;
    },
    site: callSite,
  };
}
