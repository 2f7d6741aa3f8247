import type { FrameFacts, Label, ProfileBuilder } from '@holdup/profile';
import type { FrameRow } from '../deep/rows.ts';
import type { Owner } from './owners.ts';
import type { Sources } from './source-maps.ts';
import type { WindowData } from './window-data.ts';

/** The folder of the package a file is in, as people name it: `pg-pool`, `@scope/name`, `node` for the runtime's own; else ''. */
export function moduleOf(file: string): string {
  if (file.startsWith('node:')) return 'node';
  const marker = '/node_modules/';
  const at = file.replaceAll('\\', '/').lastIndexOf(marker);
  if (at < 0) return '';
  const [first = '', second = ''] = file.slice(at + marker.length).split(/[\\/]/, 2);
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** V8 gives functions without a name an empty one. */
export function nameOf(functionName: string): string {
  return functionName === '' ? '(anonymous)' : functionName;
}

/** Frame of a stack that deeper recording took, in the source that people wrote. */
export function frameOfRow([name, file, line, , column]: FrameRow, maps: Sources): FrameFacts {
  const place = maps.original(file, line, column || undefined);
  return { name, file: place.file, line: place.line, module: moduleOf(place.file) };
}

/** A frame of no code: what is waited for, what could not be had. */
export function noteFrame(name: string): FrameFacts {
  return { name };
}

/** Index of the stack with these frames, innermost first. */
export function addStack(builder: ProfileBuilder, frames: readonly FrameFacts[]): number {
  return frames.reduceRight((parent, frame) => builder.stack(parent, builder.frame(frame)), -1);
}

/** Whose it was. Of two requests of one route that took turns it is not sure which: then only the route. */
export function labelsOf(data: WindowData, { request, isSure }: Owner): Label[] {
  const row = data.requests.get(request);
  if (row === undefined) return [];
  const route = { key: 'route', value: row.route };
  return isSure ? [route, { key: 'trace_id', value: row.traceId }] : [route];
}
