import { ProfileBuilder } from '../../build/profile-builder.ts';
import type { Profile } from '../../profile.ts';
import type { Format } from '../format.ts';
import { CallTreeReader } from './call-tree.ts';
import { headHasKey, parseObject, startsWithKey, toNumber, toObject } from './json.ts';

const FORMAT = 'V8 heap profile';

/** `.heapprofile`, of `node --heap-prof`, the inspector and Chrome. */
export const v8HeapProfile: Format = {
  id: 'v8-heap-profile',
  sniff: (bytes) => startsWithKey(bytes, ['head', 'samples']) && headHasKey(bytes, ['selfSize', 'nodeId']),
  parse: (bytes) => readHeapProfile(parseObject(bytes, FORMAT)),
};

/**
 * A profile as `HeapProfiler.stopSampling` of the inspector hands it over: per stack the estimated bytes of what it allocated and
 * is still there. V8 does not say how many objects that are.
 * @throws ProfileError when it contradicts itself.
 */
export function readHeapProfile(profile: unknown): Profile {
  const json = toObject(profile, FORMAT, 'the top');
  const builder = new ProfileBuilder({ sampleTypes: [{ type: 'inuse_space', unit: 'bytes' }] });
  for (const node of new CallTreeReader(builder, FORMAT).nested(json.head)) {
    const bytes = Math.round(toNumber(node.json.selfSize, FORMAT, 'selfSize of a node', 0));
    if (bytes !== 0) builder.sample(node.stack, [bytes]);
  }
  return builder.build();
}
