export { openCase, UnknownRequestError } from './open-case.ts';
export { indexRecording, type RecordingIndex } from './partition/context.ts';
export { partition, type Window } from './partition/partition.ts';
