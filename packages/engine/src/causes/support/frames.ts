import type { Frame } from '@holdup/model';

/** Builtins (`test` of RegExp, `stringify` of JSON) and generated code have no source to look at. */
const NO_FILE: ReadonlySet<string> = new Set(['', 'native', '<anonymous>']);

const PACKAGE_FOLDER = 'node_modules';

/**
 * The frame a person wants to see: the innermost of their own code, else of a package, else of Node itself.
 * @param native the stack came when a native call returned: its innermost function is the one entered after that
 */
export function culpritFrame(stack: readonly Frame[] | undefined, native = false): Frame | undefined {
  if (stack === undefined) return undefined;
  const packages = stack.filter((frame) => !isInternal(frame));
  const after = native && packages.length > 1 && packages[0] === stack[0] ? 1 : 0;
  return stack.find(isUserFrame) ?? packages[after] ?? stack.find(hasSource) ?? stack[0];
}

function isUserFrame(frame: Frame): boolean {
  return !isInternal(frame) && !frame.file.replaceAll('\\', '/').split('/').includes(PACKAGE_FOLDER);
}

function isInternal(frame: Frame): boolean {
  return !hasSource(frame) || frame.file.startsWith('node:');
}

/** Modules of WebAssembly without a name are most often Node's own HTTP parser, and tell nobody anything. */
function hasSource({ file }: Frame): boolean {
  return !NO_FILE.has(file) && !file.startsWith('wasm://');
}

/** `render (src/render.ts:12)` */
export function formatFrame(frame: Frame): string {
  return `${frame.function === '' ? '(anonymous)' : frame.function} (${pathOf(frame.file)}:${frame.line})`;
}

function pathOf(file: string): string {
  return file.startsWith('file://') ? file.slice('file://'.length) : file;
}
