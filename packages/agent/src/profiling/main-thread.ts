import type { Session } from 'node:inspector';
import type { DebugSite } from '../debug/route.ts';
import type { MainThread } from './take.ts';

/** A native call of the host's is waited for this long before a profile is given up, beside the time it was asked for. */
const STUCK_MS = 10_000;

/** The main thread did not answer: it is in a call that cannot be interrupted. */
export class StuckError extends Error {}

/** The longest a timer can wait, 24 days: until the call returns, or the process ends. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * The main thread as the makers of profiles want it, over the way that all endpoints have.
 * @param onStuck told at once: what is to be switched off again has to wait for the end of the native call, whoever asked has not
 */
export function mainThreadOf(site: DebugSite, session: Session, onStuck: (error: StuckError) => void): MainThread {
  const stuck = () => {
    const error = new StuckError(
      `the main thread is in a native call that cannot be interrupted, for over ${STUCK_MS / 1_000} s; ask again later`,
    );
    onStuck(error);
    return error;
  };
  const evaluate = async (name: string, args: readonly unknown[], withinMs: number): Promise<unknown> => {
    const reading = await site.evaluate(name, args, withinMs);
    if (reading.kind === 'fresh') return reading.value;
    throw reading.kind === 'failed' ? new Error(reading.why) : stuck();
  };
  return {
    post: (method, params) => post(session, method, params, stuck),
    evaluate: (name, args) => evaluate(name, args, STUCK_MS),
    evaluateAtLast: (name) => evaluate(name, [], FOREVER_MS),
  };
}

function post(session: Session, method: string, params: object | undefined, stuck: () => Error): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(stuck()), STUCK_MS);
    session.post(method, params, (error: Error | null, result?: unknown) => {
      clearTimeout(late);
      if (error === null) resolve(result);
      else reject(new Error(`${method}: ${error.message}`));
    });
  });
}
