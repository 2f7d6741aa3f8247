export { type FrameFacts, ProfileBuilder, type ProfileHeader } from './build/profile-builder.ts';
export { ProfileError } from './errors.ts';
export type { Frame, Label, Mapping, Profile, SampleTable, SampleType, StackTable } from './profile.ts';
