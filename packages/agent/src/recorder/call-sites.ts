/** `isAsync`: a caller that only awaits; missing in the types of Node 20. */
export type CallSite = NodeJS.CallSite & { isAsync(): boolean };

/** A stack as V8 keeps it until its text is asked for: cheaper by half than one with names. */
export interface RawStack {
  readonly stack?: unknown;
}

/**
 * The calls on the stack, innermost first, callers that only await behind them. The host's `Error.stackTraceLimit` and
 * `Error.prepareStackTrace` are as before afterwards. None where the host has frozen `Error`.
 * @param below frames from this function upwards are left out
 * @param limit most frames; one costs about a microsecond
 */
export function takeCallSites(below: (...args: never[]) => unknown, limit: number): readonly CallSite[] {
  return callSitesOf(takeRawStack(below, limit));
}

/** The same, not looked at yet. It keeps alive what was called. */
export function takeRawStack(below: (...args: never[]) => unknown, limit: number): RawStack {
  const hostLimit = Error.stackTraceLimit;
  const taken: RawStack = {};
  // Where the host has frozen it, an assignment would throw.
  const isSet = Reflect.set(Error, 'stackTraceLimit', limit);
  try {
    Error.captureStackTrace(taken, below);
    return taken;
  } finally {
    if (isSet) Error.stackTraceLimit = hostLimit;
  }
}

/** V8 asks the formatter that is there when `stack` is first read. */
export function callSitesOf(taken: RawStack): readonly CallSite[] {
  // As a descriptor: the host may have none, which `in` tells from undefined, or an accessor.
  const formatter = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const value = (_error: Error, sites: NodeJS.CallSite[]) => sites;
  if (!Reflect.defineProperty(Error, 'prepareStackTrace', { value, configurable: true, writable: true })) return [];
  try {
    // A text where a stack was being formatted just when this interrupted it: V8 does not do so twice at a time.
    return Array.isArray(taken.stack) ? taken.stack : [];
  } finally {
    if (formatter) Object.defineProperty(Error, 'prepareStackTrace', formatter);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
}

/** By hand: this may run in the middle of the host's code, and Node parses URLs in memory that the host's own parsing shares. */
export function toPath(file: string): string {
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
