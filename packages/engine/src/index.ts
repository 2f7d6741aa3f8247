export type { Case } from './case.ts';
export type { Cause } from './cause.ts';
export { type DiagnoseOptions, diagnose } from './diagnose.ts';
export { addSighting, type Incident, type Incidents, type Sighting, sightingOf, sightingOfJson } from './incidents.ts';
export { openCase, UnknownRequestError } from './open-case.ts';
export { indexRecording, type RecordingIndex } from './partition/context.ts';
export { partition, type Window } from './partition/partition.ts';
export { summarize } from './summarize.ts';
export { verdictToJson } from './to-json.ts';
