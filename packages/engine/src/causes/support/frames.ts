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

/** What to do instead of a synchronous call of Node's, by the module it is in. */
const INSTEAD: readonly (readonly [module: string, advice: string])[] = [
  [
    'console',
    'console writes to pipes and files synchronously and waits for a slow reader of them (a terminal, a log driver): write less, and through a logger that does it in a worker thread.',
  ],
  [
    'child_process',
    'Use the asynchronous form (execFile, spawn): the synchronous one stops every request until the command ends.',
  ],
  ['fs', 'Use the asynchronous form (fs/promises), and read what does not change once, at the start.'],
  ['zlib', "Use the asynchronous form or a stream: it computes in libuv's threads, and the event loop stays free."],
  ['crypto', "Use the asynchronous form: it computes in libuv's threads, and the event loop stays free."],
];

/** Advice for the synchronous call of Node's that the culprit was in; undefined when it ran code of its own. */
export function insteadOfSync(stack: readonly Frame[] | undefined): string | undefined {
  const own = stack?.findIndex((frame) => hasSource(frame) && !frame.file.startsWith('node:')) ?? -1;
  const inside = stack?.slice(0, own === -1 ? undefined : own) ?? [];
  const isIn = (module: string) => (frame: Frame) =>
    frame.file.startsWith(`node:${module}`) || frame.file.startsWith(`node:internal/${module}`);
  return INSTEAD.find(([module]) => inside.some(isIn(module)))?.[1];
}
