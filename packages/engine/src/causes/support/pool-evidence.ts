import type { EvidenceItem } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs, formatShare } from './format.ts';
import { describeHolder, holdersByRoute } from './holders.ts';
import type { PoolWait } from './pool-waits.ts';

/** How many connections the pool may open, where known. */
export function poolSize(late: Case, { ops, blame }: PoolWait): number | undefined {
  return (
    ops.find((op) => op.detail.max !== undefined)?.detail.max ?? late.recording.resources.get(blame.resource)?.capacity
  );
}

/** `all 4 connections were`, `the only connection was` */
export function allWere(late: Case, wait: PoolWait): string {
  const size = poolSize(late, wait);
  if (size === 1) return 'the only connection was';
  return size === undefined ? 'all connections were' : `all ${size} connections were`;
}

/** What every pool wait can show: the pool's numbers, its holders, how the wait ended. */
export function poolEvidence(late: Case, wait: PoolWait): EvidenceItem[] {
  const evidence: EvidenceItem[] = [];
  const [op] = wait.ops;
  if (op !== undefined) {
    const { total, max, idle, waiting } = op.detail;
    evidence.push({
      kind: 'pool-numbers',
      text: `as the wait began: ${total}${max === undefined ? '' : ` of ${max}`} connections open, ${idle} idle, ${waiting} already waiting`,
    });
  }
  for (const { route, ns, shares } of holdersByRoute(wait.blame).slice(0, 3)) {
    const [first] = shares;
    const doing = first === undefined ? undefined : describeHolder(late, wait.blame, first);
    evidence.push({
      kind: 'holder',
      text: `${route}: ${formatShare(ns, wait.blame.wait)} of the wait, ${shares.length === 1 ? 'one holder' : `${shares.length} holders`}${doing === undefined ? '' : `, ${doing}`}`,
    });
  }
  if (wait.unknown > 0) {
    evidence.push({ kind: 'holders-unknown', text: `no holder is known for ${formatMs(wait.unknown)} of the wait` });
  }
  const timedOut = wait.ops.find((candidate) => candidate.failure?.timeout);
  if (timedOut?.failure !== undefined) {
    evidence.push({ kind: 'timeout', text: `the wait was given up: ${timedOut.failure.message}` });
  }
  return evidence;
}
