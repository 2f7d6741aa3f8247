import { type Profile, ProfileBuilder } from '@holdup/profile';
import { addCpuSamples, headerOf, type Taken } from './cpu-profile.ts';
import { addWaits, describeShares } from './wait-profile.ts';

/** CPU **and** waiting, per stack: a count is a sample or a wait. */
export function makeWallProfile(taken: Taken): Profile {
  const { data, intervalUs, maps, comments } = taken;
  const builder = new ProfileBuilder({
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'wall', unit: 'nanoseconds' },
    ],
    ...headerOf(data),
    period: BigInt(intervalUs * 1_000),
    periodType: { type: 'wall', unit: 'nanoseconds' },
    comments: [...comments, ...describeShares(data)],
  });
  addCpuSamples(builder, taken);
  addWaits(builder, data, maps);
  return builder.build();
}
