import type { Case } from '../case.ts';
import { gateCause } from './support/gate-cause.ts';
import { type GateWait, gateCulprit, holderDoing } from './support/gate-waits.ts';

/** Waited for a free worker: tasks of others had them all. */
export const workerQueue = gateCause({
  id: 'worker-queue',
  account: 'worker.queue',
  none: 'the request waited for no worker pool that is watched',
  what: ({ name }) => `a free one of ${name}`,
  missing: ({ name }) => `whose tasks ${name} had`,
  whoHad,
  fixOf,
});

function whoHad(late: Case, wait: GateWait): string {
  const capacity = wait.op?.detail.capacity;
  const all = capacity === undefined ? 'all were' : capacity === 1 ? 'the only one was' : `all ${capacity} were`;
  if (gateCulprit(wait).kind === 'resource') return `${all} busy with many short tasks`;
  const doing = holderDoing(late, wait);
  return `${all} busy, mostly with tasks of ${wait.top?.route ?? 'somebody'}${doing === undefined ? '' : ` (${doing})`}`;
}

function fixOf(wait: GateWait): string {
  if (gateCulprit(wait).kind === 'resource') {
    return `Give ${wait.name} more threads if the machine has cores for them, else less work: bound how many tasks may be queued, and answer 503 beyond it.`;
  }
  return `Give the tasks of ${wait.top?.route} a pool of their own, so that they cannot take all of ${wait.name}, or cut them into shorter ones.`;
}
