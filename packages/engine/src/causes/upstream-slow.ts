import { type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { callsByHost, callTimes, type HostCalls, inSequence, isRedirect, isSeries } from './support/calls.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { sumOf } from './support/located.ts';
import { machineText } from './support/machine.ts';
import { isRetried } from './support/retries.ts';
import { describeUsual, isMaterial, tookOf, usually } from './support/significance.ts';

/** The peer took long to its first byte. Loop time is split off already: what is left, the peer and the network took. */
export const upstreamSlow: Cause = {
  id: 'upstream-slow',
  needs: ['ledger', 'http-client'],
  diagnose(late) {
    const calls = callTimes(late, ['http.first-byte', 'http.request-write']);
    const top = callsByHost(calls)[0];
    const sequence = inSequence(top?.calls ?? []).filter(({ op }) => !isRetried(late, op) && !isRedirect(op));
    if (top !== undefined && isSeries(sequence) && isMaterial(late, top.ns)) {
      // None stands out, so each may be as long as ever and only their number be at fault. Without earlier calls to
      // compare with, nobody can tell.
      return sequence.every((call) => call.op.usual !== undefined)
        ? ruledOut('upstream-slow', seriesText(late, top, sequence.length))
        : unknown('upstream-slow', `the usual time of calls to ${top.host}`);
    }
    const longest = top?.calls[0];
    if (top === undefined || longest === undefined || !isMaterial(late, top.beyond)) {
      return ruledOut('upstream-slow', whyNot(late, sumOf(calls), callsByHost(calls)));
    }
    const machine = machineText(
      late,
      top.host,
      top.calls.map(({ op, ns }) => ({ ns, usual: op.usual })),
    );
    if (machine !== undefined) return unknown('upstream-slow', machine);
    return confirmed('upstream-slow', {
      explained: ns(top.beyond),
      depth: 0,
      culprit: { kind: 'host', name: top.host },
      summary: summaryOf(late, top),
      chain: [
        { kind: 'wait', ns: ns(top.ns), resource: top.host },
        { kind: 'outside', ns: ns(top.ns), resource: top.host, doing: outsideText(top) },
      ],
      evidence: evidenceOf(late, top),
      fix: `Find out why ${top.host} is slow to answer ${longest.op.name} (its own trace or metrics for the same moment), and ${boundText(top)}.`,
    });
  },
};

function summaryOf(late: Case, top: HostCalls): string {
  const first = top.calls[0]?.op;
  const calls = top.calls.length === 1 && first !== undefined ? first.name : `${top.calls.length} calls to it`;
  const usual = top.calls.length === 1 && first?.usual !== undefined ? `, ${usually(first.usual)}` : '';
  return `${late.request.route} waited ${formatMs(top.ns)} of ${formatMs(late.ledger.wall)} for ${top.host} to answer ${calls}${usual}.`;
}

function boundText({ calls }: HostCalls): string {
  const givenUp = calls.filter(({ op }) => op.failure?.timeout === true).length;
  if (givenUp < 2)
    return "give the call a timeout well below this route's budget, so that a fallback or a clear error is still possible";
  return `bound all ${calls.length} attempts together by what is left of the budget: each was given up in its own time, one after another`;
}

function outsideText(top: HostCalls): string {
  const first = top.calls[0]?.op;
  const open = top.calls.some((call) => call.op.end === undefined) ? ', no answer so far' : '';
  return top.calls.length === 1 && first !== undefined
    ? `${first.name}: ${formatMs(top.ns)} to the first byte${open}`
    : `${count(top.calls.length, 'call')}: ${formatMs(top.ns)} to their first bytes${open}`;
}

function seriesText(late: Case, top: HostCalls, calls: number): string {
  const longest = top.calls[0]?.ns ?? 0;
  return `${tookOf(late, top.host, top.ns)}, in ${calls} calls one after another of at most ${formatMs(longest)}, none slower than usual: see serial-calls`;
}

function whyNot(late: Case, total: number, hosts: readonly HostCalls[]): string {
  const took = tookOf(late, 'waiting for first bytes', total);
  const longest = hosts.flatMap((host) => host.calls).sort((a, b) => b.ns - a.ns)[0];
  if (longest?.op.usual === undefined || !isMaterial(late, longest.ns)) return took;
  return `${took}; ${longest.op.name} took ${formatMs(longest.ns)}, usually ${describeUsual(longest.op.usual)}`;
}

function evidenceOf(late: Case, top: HostCalls): EvidenceItem[] {
  const evidence: EvidenceItem[] = top.calls.slice(0, 3).map(({ op, ns }) => ({
    kind: 'call',
    text: `${op.name}: ${formatMs(ns)} to the first byte${op.detail.status === undefined ? '' : `, status ${op.detail.status}`}${op.failure === undefined ? '' : `, ended with ${op.failure.code ?? op.failure.name}`}`,
  }));
  const op = top.calls[0]?.op;
  evidence.push(
    op?.usual === undefined
      ? { kind: 'usual-time', text: `too few earlier calls to ${top.host} to compare with` }
      : { kind: 'usual-time', text: `${op.name} usually takes ${describeUsual(op.usual)}` },
  );
  if (late.recording.sources.has('loop')) {
    evidence.push({
      kind: 'loop-idle',
      text: 'the event loop was free to take the answer in that time: it is not ours',
    });
  }
  if (!late.recording.sources.has('socket-phases')) {
    evidence.push({ kind: 'not-watched', text: 'sockets were not watched: the time may include connecting' });
  }
  return evidence;
}
