import type { EsmPatch } from '../esm-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach } from '../stamp.ts';
import { optionsOf, patchRun, Running, Task, taskOf } from './task.ts';

/** What its one file defines and is looked at. */
interface Classes {
  readonly Tinypool?: { readonly prototype?: object };
  readonly TaskInfo?: { readonly prototype?: object };
  readonly WorkerInfo?: { readonly prototype?: object };
  readonly ArrayTaskQueue?: { readonly prototype?: object };
}

/** Worker pools of tinypool 2, which is a small piscina in one file. */
export function tinypoolPatches(kit: Kit): EsmPatch[] {
  return [
    {
      library: 'tinypool',
      file: /\/tinypool\/dist\/index\.js$/,
      declares: [
        'var Tinypool = class',
        'var TaskInfo = class',
        'var WorkerInfo = class',
        'var ArrayTaskQueue = class',
      ],
      binding: '{ Tinypool, TaskInfo, WorkerInfo, ArrayTaskQueue }',
      patch: (classes) => {
        const { Tinypool, TaskInfo, WorkerInfo, ArrayTaskQueue } = classes as Classes;
        if (!Tinypool?.prototype || !TaskInfo?.prototype || !WorkerInfo?.prototype || !ArrayTaskQueue?.prototype)
          return;
        const running = new Running();
        patchRun(Tinypool.prototype, 'run', running, kit, optionsOf('tinypool'));
        patchQueue(ArrayTaskQueue.prototype, running, kit);
        patchWorker(WorkerInfo.prototype, running, kit);
        const ended = kit.guard((info: object, failure: unknown) =>
          taskOf(info)?.end(failure ?? undefined, kit.flight),
        );
        patchFunction(TaskInfo.prototype, 'done', (original) => {
          return function done(this: object, ...args: never[]): unknown {
            ended(this, args[0]);
            return original.apply(this, args);
          };
        });
      },
    },
  ];
}

/** The task of the `run` on the stack, when it first shows. */
function note(info: object, running: Running, kit: Kit): void {
  if (running.gate === undefined || running.task !== undefined) return;
  running.task = new Task(running.gate, kit.context.current());
  attach(info, running.task);
}

function patchQueue(prototype: object, running: Running, kit: Kit): void {
  const pushed = kit.guard((info: object) => note(info, running, kit));
  const left = kit.guard((info: unknown) => taskOf(info)?.end(undefined, kit.flight));
  patchFunction(prototype, 'push', (original) => {
    return function push(this: unknown, ...args: never[]): unknown {
      pushed(args[0] as unknown as object);
      return original.apply(this, args);
    };
  });
  patchFunction(prototype, 'remove', (original) => {
    return function remove(this: unknown, ...args: never[]): unknown {
      left(args[0]);
      return original.apply(this, args);
    };
  });
  patchFunction(prototype, 'cancel', (original) => {
    return function cancel(this: { readonly tasks?: unknown }, ...args: never[]): unknown {
      if (Array.isArray(this.tasks)) for (const info of this.tasks) left(info);
      return original.apply(this, args);
    };
  });
}

interface WorkerLike {
  readonly taskInfos?: ReadonlyMap<unknown, object>;
}

function patchWorker(prototype: object, running: Running, kit: Kit): void {
  const posted = kit.guard((info: object) => {
    note(info, running, kit);
    taskOf(info)?.begin();
  });
  const answered = kit.guard(({ taskInfos }: WorkerLike, message: { readonly taskId?: unknown } | undefined) =>
    taskOf(taskInfos?.get(message?.taskId))?.popped(),
  );
  patchFunction(prototype, 'postTask', (original) => {
    return function postTask(this: unknown, ...args: never[]): unknown {
      posted(args[0] as unknown as object);
      return original.apply(this, args);
    };
  });
  patchFunction(prototype, '_handleResponse', (original) => {
    return function _handleResponse(this: WorkerLike, ...args: never[]): unknown {
      answered(this, args[0]);
      return original.apply(this, args);
    };
  });
}
