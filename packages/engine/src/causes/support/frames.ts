import type { Frame } from '@holdup/model';

/** Builtins (`test` of RegExp, `stringify` of JSON) and generated code have no source to look at. */
const NO_FILE: ReadonlySet<string> = new Set(['', 'native', '<anonymous>']);

/** The frame a person wants to see: the innermost of their own code, else of a package, else of Node itself. */
export function culpritFrame(stack: readonly Frame[] | undefined): Frame | undefined {
  return stack?.find(isUserFrame) ?? stack?.find((frame) => !isInternal(frame)) ?? stack?.[0];
}

function isUserFrame(frame: Frame): boolean {
  return !isInternal(frame) && !/(^|[\\/])node_modules[\\/]/.test(frame.file);
}

function isInternal(frame: Frame): boolean {
  return NO_FILE.has(frame.file) || frame.file.startsWith('node:');
}

/** `render (src/render.ts:12)` */
export function formatFrame(frame: Frame): string {
  return `${frame.function === '' ? '(anonymous)' : frame.function} (${frame.file.replace(/^file:\/\//, '')}:${frame.line})`;
}
