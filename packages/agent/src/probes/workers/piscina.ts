import type { LibraryPatch } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach } from '../stamp.ts';
import { optionsOf, patchRun, Running, Task, taskOf } from './task.ts';

/** Worker pools of piscina 5: the wait for a free worker, and who has the workers meanwhile. */
export function piscinaPatches(kit: Kit): LibraryPatch[] {
  const running = new Running();
  return [
    { file: /\/piscina\/dist\/index\.js$/, patch: (exports) => patchPool(exports, running, kit) },
    { file: /\/piscina\/dist\/task_queue\/index\.js$/, patch: (exports) => patchTasks(exports, running, kit) },
    { file: /\/piscina\/dist\/worker_pool\/index\.js$/, patch: (exports) => patchWorkers(exports, kit) },
  ];
}

function patchPool(exports: unknown, running: Running, kit: Kit): void {
  const { Piscina } = exports as { Piscina?: { prototype?: object } };
  if (Piscina?.prototype !== undefined) patchRun(Piscina.prototype, 'run', running, kit, optionsOf('piscina'));
}

/** `runTask` makes its tasks with what this file exports. */
function patchTasks(exports: unknown, running: Running, kit: Kit): void {
  const module = exports as { TaskInfo?: unknown };
  const Original = module.TaskInfo as (new (...args: never[]) => object) | undefined;
  if (typeof Original !== 'function' || !('done' in Original.prototype)) return;
  const created = kit.guard((info: object) => {
    if (running.gate === undefined) return;
    running.task = new Task(running.gate, kit.context.current());
    attach(info, running.task);
  });
  const ended = kit.guard((info: object, failure: unknown) => taskOf(info)?.end(failure ?? undefined, kit.flight));
  class TaskInfo extends Original {
    constructor(...args: never[]) {
      super(...args);
      created(this);
    }
  }
  module.TaskInfo = TaskInfo;
  patchFunction(Original.prototype, 'done', (original) => {
    return function done(this: object, ...args: never[]): unknown {
      ended(this, args[0]);
      return original.apply(this, args);
    };
  });
  patchFunction(Original.prototype, 'onAbort', (original) => {
    return function onAbort(this: object, ...args: never[]): unknown {
      const listener: unknown = args[0];
      if (typeof listener !== 'function') return original.apply(this, args);
      return (original as (listener: () => void) => unknown).call(this, () => {
        ended(this, undefined);
        listener();
      });
    };
  });
}

function patchWorkers(exports: unknown, kit: Kit): void {
  const { WorkerInfo } = exports as { WorkerInfo?: { prototype?: object } };
  if (WorkerInfo?.prototype === undefined) return;
  const posted = kit.guard((info: unknown) => taskOf(info)?.begin());
  const popped = kit.guard((info: unknown) => taskOf(info)?.popped());
  patchFunction(WorkerInfo.prototype, 'popTask', (original) => {
    return function popTask(this: unknown, ...args: never[]): unknown {
      const info = original.apply(this, args);
      popped(info);
      return info;
    };
  });
  patchFunction(WorkerInfo.prototype, 'postTask', (original) => {
    return function postTask(this: unknown, ...args: never[]): unknown {
      posted(args[0]);
      return original.apply(this, args);
    };
  });
}
