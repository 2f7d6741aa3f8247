import { hookEsmLibraries } from '../esm-hook.ts';
import { hookLibraries } from '../module-hook.ts';
import type { Probe } from '../probe.ts';
import { patchSemaphore } from './async-mutex.ts';
import { patchBottleneckJob } from './bottleneck.ts';
import { genericPoolPatches } from './generic-pool.ts';
import { wrapPLimit } from './p-limit.ts';
import { patchPQueue } from './p-queue.ts';

/** Locks, limiters and pools of anything: async-mutex, p-limit, p-queue (as CommonJS and as ES modules), bottleneck, generic-pool. */
export const locksProbe: Probe = {
  name: 'locks',
  sources: ['resource-holders'],
  install(kit) {
    const undo = [
      hookLibraries(kit, [
        { file: /\/async-mutex\/lib\/Semaphore\.js$/, patch: (exports) => patchSemaphore(exports, kit) },
        { file: /\/bottleneck\/lib\/Job\.js$/, patch: (Job) => patchBottleneckJob(Job, kit) },
        ...genericPoolPatches(kit),
        { file: /\/p-limit\/index\.js$/, patch: (exports) => wrapPLimit(exports, kit) },
        {
          file: /\/p-queue\/dist\/index\.js$/,
          patch: (exports) => patchPQueue((exports as { default?: unknown }).default, kit),
        },
      ]),
      hookEsmLibraries(kit, [
        {
          library: 'async-mutex',
          file: /\/async-mutex\/index\.mjs$/,
          declares: ['class Semaphore {'],
          binding: 'Semaphore',
          patch: (Semaphore) => patchSemaphore({ Semaphore }, kit),
        },
        {
          library: 'p-limit',
          file: /\/p-limit\/index\.js$/,
          declares: ['export default function pLimit('],
          binding: 'pLimit',
          patch: (pLimit) => wrapPLimit(pLimit, kit),
        },
        {
          library: 'p-queue',
          file: /\/p-queue\/dist\/index\.js$/,
          declares: ['export default class PQueue '],
          binding: 'PQueue',
          patch: (PQueue) => patchPQueue(PQueue, kit),
        },
      ]),
    ];
    return () => {
      for (const step of undo) step();
    };
  },
};
