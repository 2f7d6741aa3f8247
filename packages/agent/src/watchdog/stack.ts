import type { Frame } from '@holdup/model';

/** Enough to get from a library's inner loop out to the handler that called it. */
const MAX_FRAMES = 30;

/** The script the inspector evaluates lies between the sampler and what it interrupted. */
const EVALUATED_FRAMES = 1;

/**
 * The calls the main thread is in, innermost first, at most 30, callers that only await marked `async`.
 * Builtins (`test` of RegExp, `stringify` of JSON) have no source: their file is `native`, their line 0.
 * @param below the function the inspector called: frames from it upwards are our own and left out.
 */
export function takeStack(below: () => void): Frame[] {
  const limit = Error.stackTraceLimit;
  // As a descriptor: the host may have none, which `in` tells from undefined, or an accessor.
  const formatter = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const taken: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = MAX_FRAMES + EVALUATED_FRAMES;
    const value = (_error: Error, sites: NodeJS.CallSite[]) => sites;
    Object.defineProperty(Error, 'prepareStackTrace', { value, configurable: true, writable: true });
    Error.captureStackTrace(taken, below);
    const sites = taken.stack as readonly CallSite[];
    return sites.slice(EVALUATED_FRAMES).map(toFrame);
  } finally {
    Error.stackTraceLimit = limit;
    if (formatter) Object.defineProperty(Error, 'prepareStackTrace', formatter);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
}

/** What runs between two callbacks. */
export function isLoopItself(frame: Frame): boolean {
  return LOOP_FILES.has(frame.file);
}

const LOOP_FILES: ReadonlySet<string> = new Set([
  'native',
  'node:internal/async_hooks',
  'node:internal/timers',
  'node:internal/process/task_queues',
]);

type CallSite = NodeJS.CallSite & { isAsync(): boolean };

function toFrame(site: CallSite): Frame {
  const name = site.getFunctionName() ?? '(anonymous)';
  const file = site.getFileName() ?? site.getScriptNameOrSourceURL();
  return {
    function: site.isAsync() ? `async ${name}` : name,
    file: file ? toPath(file) : 'native',
    line: site.getLineNumber() ?? 0,
  };
}

/** By hand: this runs in the middle of the host's code, and Node parses URLs in memory that the host's own parsing shares. */
function toPath(file: string): string {
  if (!file.startsWith('file://')) return file;
  const rest = file.slice('file://'.length);
  // `/C:/…` on Windows.
  const path = rest.charAt(2) === ':' ? rest.slice(1) : rest;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
