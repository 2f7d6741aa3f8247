import type { LibraryPatch } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach } from '../stamp.ts';
import { patchRun, Running, Task, taskOf } from './task.ts';

/** Its own class, not the language's: nobody misses a rejection that is listened to, and it calls back at once. */
interface PromiseLike {
  then(resolved: () => void, rejected: (reason: unknown) => void): unknown;
}

interface PoolLike {
  readonly script?: unknown;
  readonly maxWorkers?: number;
}

interface ResolverLike {
  readonly promise?: PromiseLike;
}

/** Worker pools of workerpool 10, threads and processes alike. */
export function workerpoolPatches(kit: Kit): LibraryPatch[] {
  const running = new Running();
  return [
    { file: /\/workerpool\/src\/Pool\.js$/, patch: (Pool) => patchPool(Pool, running, kit) },
    { file: /\/workerpool\/src\/queues\.js$/, patch: (exports) => patchQueues(exports, running, kit) },
    { file: /\/workerpool\/src\/WorkerHandler\.js$/, patch: (Handler) => patchHandler(Handler, kit) },
  ];
}

function patchPool(Pool: unknown, running: Running, kit: Kit): void {
  const prototype = (Pool as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  patchRun<PoolLike>(prototype, 'exec', running, kit, {
    library: 'workerpool',
    file: ({ script }) => script,
    capacity: ({ maxWorkers }) => maxWorkers,
    // A function is sent as text, by a call of this method with the name of a method.
    isTask: ([method]) => typeof method === 'string',
  });
}

/** Every task is put into the queue first, and asks for a worker then. */
function patchQueues(exports: unknown, running: Running, kit: Kit): void {
  const { FIFOQueue, LIFOQueue } = exports as Readonly<Record<string, { prototype?: object } | undefined>>;
  const pushed = kit.guard((info: { readonly resolver?: ResolverLike } | undefined) => {
    const { promise } = info?.resolver ?? {};
    if (running.gate === undefined || promise === undefined) return;
    const task = new Task(running.gate, kit.context.current());
    running.task = task;
    attach(promise, task);
    promise.then(
      kit.guard(() => task.end(undefined, kit.flight)),
      kit.guard((reason: unknown) => task.end(reason, kit.flight)),
    );
  });
  for (const Queue of [FIFOQueue, LIFOQueue]) {
    if (Queue?.prototype === undefined) continue;
    patchFunction(Queue.prototype, 'push', (original) => {
      return function push(this: unknown, ...args: never[]): unknown {
        pushed(args[0]);
        return original.apply(this, args);
      };
    });
  }
}

function patchHandler(Handler: unknown, kit: Kit): void {
  const prototype = (Handler as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const begun = kit.guard((resolver: ResolverLike | undefined) => taskOf(resolver?.promise)?.begin());
  patchFunction(prototype, 'exec', (original) => {
    return function exec(this: unknown, ...args: never[]): unknown {
      begun(args[2]);
      return original.apply(this, args);
    };
  });
}
