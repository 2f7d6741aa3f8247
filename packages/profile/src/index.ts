export { type FrameFacts, ProfileBuilder, type ProfileHeader } from './build/profile-builder.ts';
export { StackTree } from './build/stack-tree.ts';
export { numberAt, toWords } from './build/words.ts';
export { ProfileError } from './errors.ts';
export { buildFlame, type Flame, type FlameOrder } from './flame/build-flame.ts';
export { sumUp } from './flame/layout.ts';
export { encodePprof } from './formats/pprof/encode.ts';
export { readCpuProfile } from './formats/v8/cpu-profile.ts';
export { readHeapProfile } from './formats/v8/heap-profile.ts';
export { compareProfiles, diffProfiles } from './operations/diff.ts';
export {
  filterByLabel,
  filterByTime,
  focusFrames,
  hideFrames,
  ignoreFrames,
  type Pattern,
  showFrom,
} from './operations/filter.ts';
export { invertProfile } from './operations/invert.ts';
export { mergeProfiles } from './operations/merge.ts';
export type { Frame, Label, Mapping, Profile, SampleTable, SampleType, StackTable } from './profile.ts';
export { type Gunzip, readProfile } from './read-profile.ts';
