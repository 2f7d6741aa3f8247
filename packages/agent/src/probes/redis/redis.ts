import { hookLibraries } from '../module-hook.ts';
import type { Probe } from '../probe.ts';
import { ioredisPatches } from './ioredis.ts';
import { nodeRedisPatches } from './node-redis.ts';

/** Commands to Redis, through ioredis and node-redis. */
export const redisProbe: Probe = {
  name: 'redis',
  sources: ['db-client'],
  install(kit) {
    return hookLibraries(kit, [...ioredisPatches(kit), ...nodeRedisPatches(kit)]);
  },
};
