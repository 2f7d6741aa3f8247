import { syncBuiltinESMExports } from 'node:module';
import { type PoolJob, THREAD_POOL } from '@holdup/model';
import type { PoolJobRecord } from '../../recorder/pool-jobs.ts';
import { patchFunction } from '../patch.ts';
import type { Kit, Probe } from '../probe.ts';
import { listPoolCalls } from './calls.ts';
import { PoolOp } from './pool-op.ts';

/**
 * Work for libuv's thread pool: files, crypto, zlib. Every call is recorded, whoever makes it, since the process has
 * four threads for all; a request's own are ops. Name lookups, which use the pool too, are `outgoing/dns.ts`.
 */
export const threadPoolProbe: Probe = {
  name: 'thread-pool',
  sources: ['threadpool'],
  install(kit) {
    kit.flight.resources.set(THREAD_POOL, { id: THREAD_POOL, kind: 'thread-pool', name: 'thread pool' });
    const watch = new JobWatch(kit);
    const undo: (() => void)[] = [];
    for (const { module, target, returns, single, several } of listPoolCalls()) {
      const wrap = returns === 'callback' ? withCallback : withPromise;
      const patch = (key: string, steps: PoolJob['steps']) =>
        undo.push(patchFunction(target, key, (original) => wrap(original, `${module}.${key}`, steps, watch)));
      for (const key of single) patch(key, 'one');
      for (const key of several) patch(key, 'several');
    }
    syncBuiltinESMExports();
    return () => {
      for (const step of undo) step();
      syncBuiltinESMExports();
    };
  },
};

/** A job under way: the process-wide record, and the request's op where it is a request's. */
interface Begun {
  readonly job: PoolJobRecord;
  readonly op: PoolOp | undefined;
}

class JobWatch {
  readonly #kit: Kit;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  begin(call: string, steps: PoolJob['steps']): Begun | undefined {
    const kit = this.#kit;
    if (!kit.on) return undefined;
    try {
      const request = kit.context.current();
      const job = kit.flight.poolJobs.begin(call, steps, request);
      if (job === undefined) return undefined;
      const op = request === undefined ? undefined : new PoolOp(request, job);
      if (op !== undefined) kit.flight.open(op);
      return { job, op };
    } catch (error) {
      kit.fail(error);
      return undefined;
    }
  }

  finish({ job, op }: Begun, error: unknown): void {
    const kit = this.#kit;
    if (!kit.on) return;
    try {
      kit.flight.poolJobs.end(job);
      if (op !== undefined) kit.flight.close(op, error);
    } catch (bug) {
      kit.fail(bug);
    }
  }
}

type AnyFunction = (...args: never[]) => unknown;

// The wrappers are plain functions: like the ones they stand for, those have a `prototype`.

function withCallback(original: AnyFunction, call: string, steps: PoolJob['steps'], watch: JobWatch): AnyFunction {
  return function (this: unknown, ...args: never[]): unknown {
    const callback: unknown = args.at(-1);
    // Without one it is the synchronous form, or an error of the host's that the original throws.
    const begun = typeof callback === 'function' ? watch.begin(call, steps) : undefined;
    if (begun === undefined) return original.apply(this, args);
    args[args.length - 1] = function (this: unknown, ...results: unknown[]): unknown {
      watch.finish(begun, results[0]);
      return Reflect.apply(callback as AnyFunction, this, results);
    } as never;
    try {
      return original.apply(this, args);
    } catch (error) {
      watch.finish(begun, error);
      throw error;
    }
  };
}

function withPromise(original: AnyFunction, call: string, steps: PoolJob['steps'], watch: JobWatch): AnyFunction {
  const wrapper = {
    call(this: unknown, ...args: never[]): unknown {
      const begun = watch.begin(call, steps);
      if (begun === undefined) return original.apply(this, args);
      try {
        const promise = original.apply(this, args);
        if (promise instanceof Promise) return settle(promise, begun, watch);
        watch.finish(begun, undefined);
        return promise;
      } catch (error) {
        watch.finish(begun, error);
        throw error;
      }
    },
  };
  return wrapper.call;
}

/**
 * The host gets a promise of its own, which settles one microtask later. Listening at the original would mark its
 * rejection as handled; and an async function keeps the host's frames in the stack of an error, where a `then` of ours
 * would cut them off.
 */
async function settle(promise: Promise<unknown>, begun: Begun, watch: JobWatch): Promise<unknown> {
  let failure: unknown;
  try {
    return await promise;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    watch.finish(begun, failure);
  }
}
