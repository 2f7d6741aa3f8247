export { type FrameFacts, ProfileBuilder, type ProfileHeader } from './build/profile-builder.ts';
export { ProfileError } from './errors.ts';
export { encodePprof } from './formats/pprof/encode.ts';
export { readCpuProfile } from './formats/v8/cpu-profile.ts';
export { readHeapProfile } from './formats/v8/heap-profile.ts';
export type { Frame, Label, Mapping, Profile, SampleTable, SampleType, StackTable } from './profile.ts';
export { type Gunzip, readProfile } from './read-profile.ts';
