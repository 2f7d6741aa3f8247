export type { Frame, Label, Profile, SampleTable, SampleType, StackTable } from './profile.ts';
