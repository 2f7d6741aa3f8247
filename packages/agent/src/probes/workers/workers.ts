import { hookEsmLibraries } from '../esm-hook.ts';
import { hookLibraries } from '../module-hook.ts';
import type { Probe } from '../probe.ts';
import { piscinaPatches } from './piscina.ts';
import { tinypoolPatches } from './tinypool.ts';
import { workerpoolPatches } from './workerpool.ts';

/** Pools of worker threads or processes: the wait for a free one, and who has them meanwhile. */
export const workersProbe: Probe = {
  name: 'workers',
  sources: ['resource-holders'],
  install(kit) {
    const undo = [
      hookLibraries(kit, [...piscinaPatches(kit), ...workerpoolPatches(kit)]),
      hookEsmLibraries(kit, tinypoolPatches(kit)),
    ];
    return () => {
      for (const step of undo) step();
    };
  },
};
