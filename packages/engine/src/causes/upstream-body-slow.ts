import { type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { type CallTime, callsByHost, callTimes, type HostCalls } from './support/calls.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { sumOf } from './support/located.ts';
import { describeUsual, isMaterial, tookOf } from './support/significance.ts';

/** Headers came, the body trickled. */
export const upstreamBodySlow: Cause = {
  id: 'upstream-body-slow',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const calls = callTimes(late, ['http.body']);
    const top = callsByHost(calls)[0];
    const longest = top?.calls[0];
    if (top === undefined || longest === undefined || !isMaterial(late, top.beyond)) {
      return ruledOut('upstream-body-slow', whyNot(late, calls));
    }
    const pace = paceOf(longest);
    const open = longest.op.end === undefined ? ', not complete so far' : '';
    return confirmed('upstream-body-slow', {
      explained: ns(top.beyond),
      depth: 0,
      culprit: { kind: 'host', name: top.host },
      summary: `${late.request.route} spent ${formatMs(top.ns)} of ${formatMs(late.ledger.wall)} reading the body of ${longest.op.name}${pace === undefined ? '' : ` (${pace})`}: ${top.host} had sent its headers${open}.`,
      chain: [
        { kind: 'wait', ns: ns(top.ns), resource: top.host },
        { kind: 'outside', ns: ns(top.ns), resource: top.host, doing: `sending the body of ${longest.op.name}${open}` },
      ],
      evidence: evidenceOf(top, pace),
      fix: `See why ${top.host} sends so slowly (it streams while it computes, its network is full, the answer is larger than needed), and bound the whole call: a timeout on headers does not end a trickling body.`,
    });
  },
};

/** `12 kB, 17 kB/s`; undefined when the size was not seen. */
function paceOf({ op, ns: time }: CallTime): string | undefined {
  const bytes = op.detail.bodyBytes;
  if (bytes === undefined || bytes === 0 || time === 0) return undefined;
  return `${formatBytes(bytes)}, ${formatBytes((bytes * 1e9) / time)}/s`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function whyNot(late: Case, calls: readonly CallTime[]): string {
  const took = tookOf(late, 'response bodies', sumOf(calls));
  const longest = calls[0];
  if (longest?.op.usual === undefined || !isMaterial(late, longest.ns)) return took;
  return `${took}; ${longest.op.name}, usually ${describeUsual(longest.op.usual)}`;
}

function evidenceOf(top: HostCalls, pace: string | undefined): EvidenceItem[] {
  const evidence: EvidenceItem[] = top.calls.slice(0, 3).map(({ op, ns: time }) => ({
    kind: 'body',
    text: `${op.name}: ${formatMs(time)} from the headers to the last byte seen${op.detail.status === undefined ? '' : `, status ${op.detail.status}`}`,
  }));
  if (pace !== undefined) evidence.push({ kind: 'pace', text: pace });
  const usual = top.calls[0]?.op.usual;
  if (usual !== undefined)
    evidence.push({ kind: 'usual-time', text: `the whole call usually takes ${describeUsual(usual)}` });
  return evidence;
}
