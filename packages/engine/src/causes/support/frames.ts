import type { Frame } from '@holdup/model';

/** Builtins (`test` of RegExp, `stringify` of JSON) and generated code have no source to look at. */
const NO_FILE: ReadonlySet<string> = new Set(['', 'native', '<anonymous>']);

const PACKAGE_FOLDER = 'node_modules';

/** The frame a person wants to see: the innermost of their own code, else of a package, else of Node itself. */
export function culpritFrame(stack: readonly Frame[] | undefined): Frame | undefined {
  return stack?.find(isUserFrame) ?? stack?.find((frame) => !isInternal(frame)) ?? stack?.[0];
}

function isUserFrame(frame: Frame): boolean {
  return !isInternal(frame) && !frame.file.replaceAll('\\', '/').split('/').includes(PACKAGE_FOLDER);
}

function isInternal(frame: Frame): boolean {
  return NO_FILE.has(frame.file) || frame.file.startsWith('node:');
}

/** `render (src/render.ts:12)` */
export function formatFrame(frame: Frame): string {
  return `${frame.function === '' ? '(anonymous)' : frame.function} (${pathOf(frame.file)}:${frame.line})`;
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? file.slice('file://'.length) : file;
}
