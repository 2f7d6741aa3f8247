import { type ConnectAttempt, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import {
  attemptsOf,
  type CappedConnect,
  cappedConnects,
  describeAttempt,
  hostOfConnect,
  isConnected,
  lengthOfAttempt,
} from './support/connects.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { chainTo, depthOf, groupBy, sumOf } from './support/located.ts';
import { isMaterial, tookOf } from './support/significance.ts';

/** Each address got 250 ms (Happy Eyeballs, RFC 8305) and was given up for the next, though waiting would have done. */
export const connectAttemptCap: Cause = {
  id: 'connect-attempt-cap',
  needs: ['ledger', 'socket-phases'],
  diagnose(late) {
    const capped = cappedConnects(late);
    if (capped.length === 0) return ruledOut('connect-attempt-cap', 'no address was given up for the next one');
    const hosts = groupBy(capped, ({ connect }) => hostOfConnect(late, connect));
    const [host, group] = [...hosts].sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || (a[0] < b[0] ? -1 : 1))[0] ?? ['', []];
    const longest = group[0];
    if (longest === undefined || !isMaterial(late, sumOf(group))) {
      return ruledOut('connect-attempt-cap', tookOf(late, 'addresses given up for the next one', sumOf(capped)));
    }
    const proven = group.find(({ proof }) => proof !== undefined);
    if (proven?.proof !== undefined) return confirm(late, host, group, proven.proof);
    // With a host that answers nobody no cap matters.
    return attemptsOf(longest.connect.op).some(isConnected)
      ? ruledOut(
          'connect-attempt-cap',
          `the next address of ${host} answered sooner: it was right to give the others up`,
        )
      : unknown('connect-attempt-cap', `whether ${host} would have answered after more than ${formatMs(longest.cap)}`);
  },
};

function confirm(late: Case, host: string, group: readonly CappedConnect[], proof: ConnectAttempt) {
  const time = sumOf(group);
  const longest = group.map(({ connect }) => connect).toSorted((a, b) => b.ns - a.ns)[0];
  const tried = count(
    group.reduce((sum, { cut }) => sum + cut, 0),
    'address',
    'addresses',
  );
  const cap = formatMs(Math.max(...group.map((each) => each.cap)));
  const takes = formatMs(lengthOfAttempt(proof) ?? 0);
  const through = longest === undefined || longest.depth === 0 ? '' : ` through ${longest.route}`;
  return confirmed('connect-attempt-cap', {
    explained: ns(time),
    depth: depthOf(group.map(({ connect }) => connect)),
    culprit: { kind: 'host', name: host },
    summary: `${late.request.route} spent ${formatMs(time)} of ${formatMs(late.ledger.wall)}${through} on ${tried} of ${host}, given up after ${cap} each for the next one, though a connect takes ${takes} there.`,
    chain:
      longest === undefined ? [] : chainTo(late, { ...longest, ns: time }, host, `${tried} given up after ${cap} each`),
    evidence: evidenceOf(group, proof),
    fix: `Give each address of ${host} longer than a connect takes (net.setDefaultAutoSelectFamilyAttemptTimeout, autoSelectFamilyAttemptTimeout of an undici Agent), publish fewer addresses, and reuse connections.`,
  });
}

function evidenceOf(group: readonly CappedConnect[], proof: ConnectAttempt): EvidenceItem[] {
  return [
    ...group
      .slice(0, 2)
      .flatMap(({ connect }) => attemptsOf(connect.op))
      .map((attempt) => ({ kind: 'attempt', text: describeAttempt(attempt) })),
    {
      kind: 'slow-connect',
      text: `${proof.address} did answer, after ${formatMs(lengthOfAttempt(proof) ?? 0)}: longer than any address but the last is given`,
    },
  ];
}
