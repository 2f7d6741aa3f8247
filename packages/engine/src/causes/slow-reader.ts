import { type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { count, formatBytes, formatMs } from './support/format.ts';
import { type Located, locateOwn, sumOf } from './support/located.ts';
import { isOpOf } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** The response was there, and the caller was slow to take it. */
export const slowReader: Cause = {
  id: 'slow-reader',
  needs: ['ledger', 'downloads'],
  diagnose(late) {
    const waits = locateOwn(late, 'client.download');
    const explained = sumOf(waits);
    if (!isMaterial(late, explained)) {
      return ruledOut('slow-reader', tookOf(late, 'waiting for the caller to take the response', explained));
    }
    const { route } = late.request;
    const time = `${formatMs(explained)} of ${formatMs(late.ledger.wall)}`;
    const how = describeWait(waits);
    return confirmed('slow-reader', {
      explained: ns(explained),
      depth: 0,
      culprit: { kind: 'caller', name: 'caller' },
      summary: `${route} waited ${time} for its caller to take the response: ${how}.`,
      chain: [
        { kind: 'wait', ns: ns(explained), resource: 'response' },
        {
          kind: 'outside',
          ns: ns(explained),
          resource: 'caller',
          doing: 'reading slower than the response was written',
        },
      ],
      evidence: evidenceOf(late, waits),
      fix: `Send ${route} in less bytes (pages, compression), or let something in front (a buffering proxy, object storage) serve slow readers; do not hold connections or locks while a response is being sent.`,
    });
  },
};

function describeWait(waits: readonly Located[]): string {
  const last = sumOf(waits.filter(isComplete));
  const writing = sumOf(waits) - last;
  if (writing === 0) return 'all of it was written, and the caller was slow to read it';
  return last === 0
    ? 'the send buffer was full, and writing had to wait'
    : `the send buffer was full for ${formatMs(writing)}, and the rest took ${formatMs(last)} more once all was written`;
}

function isComplete({ op }: Located): boolean {
  return op !== undefined && isOpOf(op, 'download') && op.detail.complete;
}

function evidenceOf(late: Case, waits: readonly Located[]): EvidenceItem[] {
  const evidence: EvidenceItem[] = [
    {
      kind: 'backpressure',
      text: `${formatMs(sumOf(waits))} in ${count(waits.length, 'wait')} with a full send buffer`,
    },
  ];
  for (const { op } of waits) {
    if (op === undefined || !isOpOf(op, 'download') || op.detail.unsentBytes === undefined) continue;
    evidence.push({ kind: 'unsent', text: `${formatBytes(op.detail.unsentBytes)} were still to be taken` });
  }
  const { status } = late.request;
  if (status !== undefined) evidence.push({ kind: 'status', text: `the response was ${status}` });
  return evidence;
}
