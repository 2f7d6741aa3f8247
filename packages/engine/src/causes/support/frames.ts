import type { Frame } from '@holdup/model';

/** The frame a person wants to see: the innermost of their own code, else of a package, else of Node itself. */
export function culpritFrame(stack: readonly Frame[] | undefined): Frame | undefined {
  return stack?.find(isUserFrame) ?? stack?.find((frame) => !isInternal(frame)) ?? stack?.[0];
}

function isUserFrame(frame: Frame): boolean {
  return !isInternal(frame) && !/(^|[\\/])node_modules[\\/]/.test(frame.file);
}

function isInternal(frame: Frame): boolean {
  return frame.file === '' || frame.file === '<anonymous>' || frame.file.startsWith('node:');
}

/** `render (src/render.ts:12)` */
export function formatFrame(frame: Frame): string {
  return `${frame.function === '' ? '(anonymous)' : frame.function} (${frame.file.replace(/^file:\/\//, '')}:${frame.line})`;
}
