import { type ChainLink, type Entry, ns } from '@holdup/model';
import type { Case } from '../../case.ts';
import { blameChain } from './holders.ts';
import { describeActivity } from './ops.ts';

/** What a request was at when something ended it. */
export function entryAt(late: Case, at: number): Entry | undefined {
  return late.ledger.entries.find((entry) => entry.start < at && at <= entry.end);
}

export function describeEntry(late: Case, entry: Entry): string {
  const op = entry.op === undefined ? undefined : late.op(entry.op);
  return describeActivity(late.recording, entry.account, entry.end - entry.start, op);
}

/** What it was waiting for then, and who held that. */
export function chainFrom(late: Case, entry: Entry): ChainLink[] {
  const whole = late.waits.find((wait) => wait.resource === entry.resource);
  if (whole !== undefined) return blameChain(late, late.blameFor(whole));
  const op = entry.op === undefined ? undefined : late.op(entry.op);
  const wait: ChainLink = {
    kind: entry.account === 'cpu' ? 'work' : 'wait',
    ns: ns(entry.end - entry.start),
    ...(op === undefined ? {} : { resource: op.name }),
    doing: describeEntry(late, entry),
  };
  return [wait];
}
