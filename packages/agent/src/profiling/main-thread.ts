import type { Session } from 'node:inspector';
import type { DebugSite } from '../debug/route.ts';
import type { MainThread } from './take.ts';

/** A native call of the host's is waited for this long before a profile is given up, beside the time it was asked for. */
const STUCK_MS = 10_000;

/** The main thread did not answer: it is in a call that cannot be interrupted. */
export class StuckError extends Error {}

/** The main thread as the makers of profiles want it, over the way that all endpoints have. */
export function mainThreadOf(site: DebugSite, session: Session): MainThread {
  return {
    post: (method, params) => post(session, method, params),
    async evaluate(name, args) {
      const reading = await site.evaluate(name, args, STUCK_MS);
      if (reading.kind === 'fresh') return reading.value;
      if (reading.kind === 'failed') throw new Error(reading.why);
      throw new StuckError(
        `the main thread is in a native call that cannot be interrupted, for over ${STUCK_MS / 1_000} s; ask again later`,
      );
    },
  };
}

function post(session: Session, method: string, params: object | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new StuckError(`${method}: no answer from the main thread within ${STUCK_MS / 1_000} s`)),
      STUCK_MS,
    );
    session.post(method, params, (error: Error | null, result?: unknown) => {
      clearTimeout(late);
      if (error === null) resolve(result);
      else reject(new Error(`${method}: ${error.message}`));
    });
  });
}
