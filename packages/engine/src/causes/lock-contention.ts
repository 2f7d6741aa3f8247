import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { awaitedElsewhere } from './support/awaited-elsewhere.ts';
import { unknown } from './support/finding.ts';
import { gateCause } from './support/gate-cause.ts';
import { type GateWait, gateCulprit, holderDoing } from './support/gate-waits.ts';

const watched = gateCause({
  id: 'lock-contention',
  account: 'lock.queue',
  none: 'the request waited for no lock or limiter that is watched',
  what: ({ name }) => name,
  missing: ({ name }) => `who held ${name}`,
  whoHad,
  fixOf,
});

/**
 * Waited for a lock, a semaphore or a limiter inside the process that others held. What may have been a wait for another
 * request's promise is unknown: nobody sees who awaits one.
 */
export const lockContention: Cause = {
  ...watched,
  diagnose(late) {
    const finding = watched.diagnose(late);
    const missing = finding.kind === 'ruled-out' ? awaitedElsewhere(late) : undefined;
    return missing === undefined ? finding : unknown('lock-contention', missing);
  },
};

function whoHad(late: Case, wait: GateWait): string {
  const route = wait.top?.route ?? 'somebody';
  if (wait.end === 'leak') return `${route} had it, whose request ended and never gave it back`;
  if (wait.end === 'cycle' && route === wait.waiter) return `${route} holds it already and waits for it again`;
  const doing = holderDoing(late, wait);
  const what = doing === undefined ? '' : ` (${doing})`;
  if (wait.end === 'cycle')
    return `${route} has it${what} and waits for what ${wait.waiter} has itself: none can go on`;
  return gateCulprit(wait).kind === 'resource' ? 'many took turns with it, none for long' : `${route} had it${what}`;
}

function fixOf(wait: GateWait): string {
  const { top, name } = wait;
  const route = top?.route ?? 'the holder';
  if (wait.end === 'leak') {
    return `In ${route}, give ${name} back in a finally block (or use runExclusive): some path ends the request without it.`;
  }
  if (wait.end === 'cycle') {
    return `Take several locks in the same order everywhere, and never one twice in the same request: pass on that it is held. A timeout on acquiring turns the standstill into a clear error.`;
  }
  if (gateCulprit(wait).kind === 'resource') {
    return `Allow more at once than ${name} does, have one per key instead of one for all, or do less while it is held.`;
  }
  return `In ${route}, hold ${name} only for what must not run twice at once: do calls and other waits before taking it or after giving it back, or have one per key instead of one for all.`;
}
