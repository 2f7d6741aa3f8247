import type { Frame } from '@holdup/model';
import { type CallSite, callSitesOf, type RawStack, takeCallSites, toPath } from '../recorder/call-sites.ts';

/** Enough to get from a library's inner loop out to the handler that called it. */
const MAX_FRAMES = 30;

/** The script the inspector evaluates lies between the sampler and what it interrupted. */
const EVALUATED_FRAMES = 1;

/**
 * The calls the main thread is in, innermost first, at most 30, callers that only await marked `async`.
 * Builtins (`test` of RegExp, `stringify` of JSON) have no source: their file is `native`, their line 0.
 * @param below the function the inspector called: frames from it upwards are our own and left out.
 */
export function takeStack(below: (...args: never[]) => unknown): Frame[] {
  return takeCallSites(below, MAX_FRAMES + EVALUATED_FRAMES)
    .slice(EVALUATED_FRAMES)
    .map(toFrame);
}

/** Of a stack taken before. */
export function framesOf(taken: RawStack): Frame[] {
  return callSitesOf(taken).map(toFrame);
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

function toFrame(site: CallSite): Frame {
  const name = site.getFunctionName() ?? '(anonymous)';
  const file = site.getFileName() ?? site.getScriptNameOrSourceURL();
  return {
    function: site.isAsync() ? `async ${name}` : name,
    file: file ? toPath(file) : 'native',
    line: site.getLineNumber() ?? 0,
  };
}
