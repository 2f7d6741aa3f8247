import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import {
  findGateWait,
  type GateWait,
  gateChain,
  gateCulprit,
  gateEvidence,
  gateExplained,
  gateWaited,
  holderDoing,
} from './support/gate-waits.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** Waited for a free worker: tasks of others had them all. */
export const workerQueue: Cause = {
  id: 'worker-queue',
  needs: ['ledger', 'resource-holders'],
  diagnose(late) {
    const wait = findGateWait(late, 'worker.queue');
    if (wait === undefined) return ruledOut('worker-queue', 'the request waited for no worker pool that is watched');
    const what = `a free one of ${wait.name}`;
    if (!isMaterial(late, wait.ns)) return ruledOut('worker-queue', tookOf(late, `waiting for ${what}`, wait.ns));
    if (wait.isUnknown) return unknown('worker-queue', `whose tasks ${wait.name} had`);
    return confirmed('worker-queue', {
      ...gateExplained(wait),
      culprit: gateCulprit(wait),
      summary: `${gateWaited(late, wait, what)}: ${whoHad(late, wait)}.`,
      chain: gateChain(late, wait),
      evidence: gateEvidence(late, wait),
      fix: fixOf(wait),
    });
  },
};

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
