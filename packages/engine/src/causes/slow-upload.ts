import { type EvidenceItem, ns } from '@holdup/model';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatBytes, formatMs } from './support/format.ts';
import { locateOwn, sumOf } from './support/located.ts';
import { isOpOf, type OpOf } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** The handler wanted the request's body, and the caller was slow to send it. */
export const slowUpload: Cause = {
  id: 'slow-upload',
  needs: ['ledger', 'uploads'],
  diagnose(late) {
    const waits = locateOwn(late, 'client.upload');
    const explained = sumOf(waits);
    const ops = waits.flatMap(({ op }) => (op !== undefined && isOpOf(op, 'upload') ? [op] : []));
    const op = ops.find(({ end }) => end === undefined) ?? ops[0];
    if (op === undefined || !isMaterial(late, explained)) {
      return ruledOut('slow-upload', tookOf(late, "waiting for the caller's body", explained));
    }
    const { route } = late.request;
    const time = `${formatMs(explained)} of ${formatMs(late.ledger.wall)}`;
    const came = describeBytes(op);
    return confirmed('slow-upload', {
      explained: ns(explained),
      depth: 0,
      culprit: { kind: 'caller', name: 'caller' },
      summary: `${route} waited ${time} for its caller to send the body${came === undefined ? '' : `: ${came}`}.`,
      chain: [
        { kind: 'wait', ns: ns(explained), resource: 'body of the request' },
        { kind: 'outside', ns: ns(explained), resource: 'caller', doing: came ?? 'sending the body' },
      ],
      evidence: evidenceOf(op, came, explained),
      fix: `Begin the deadline of ${route} where its body is complete, or let something in front (a buffering proxy, an upload straight to object storage) take slow bodies; server.requestTimeout bounds how long one may take.`,
    });
  },
};

/** `12 of 64 KB came in that time`. */
function describeBytes({ detail, end }: OpOf<'upload'>): string | undefined {
  const { bytes, expectedBytes } = detail;
  if (bytes === undefined) return undefined;
  const so = end === undefined ? ' so far' : '';
  if (expectedBytes === undefined) return `${formatBytes(bytes)} came${so}`;
  return `${formatBytes(bytes)} of ${formatBytes(expectedBytes)} came${so}`;
}

function evidenceOf(op: OpOf<'upload'>, came: string | undefined, waited: number): EvidenceItem[] {
  const evidence: EvidenceItem[] = [];
  if (came !== undefined) evidence.push({ kind: 'bytes', text: `${came}, waited for ${formatMs(waited)}` });
  const { longestGap } = op.detail;
  if (longestGap !== undefined) {
    evidence.push({
      kind: 'gap',
      text: `up to ${formatMs(longestGap)} without a byte while the handler waited for more`,
    });
  }
  return evidence;
}
