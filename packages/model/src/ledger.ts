import type { Account } from './account.ts';
import type { OpId } from './op.ts';
import type { RequestId } from './request.ts';
import type { ResourceId } from './resource.ts';
import { type Ns, ns } from './time.ts';

/** One stretch of a request's wall time on one account. */
export interface Entry {
  readonly account: Account;
  readonly start: Ns;
  readonly end: Ns;
  /** The op on the critical path here; absent for cpu between ops and for unattributed time. */
  readonly op?: OpId;
  readonly resource?: ResourceId;
  readonly note?: string;
}

export class LedgerError extends Error {
  readonly code = 'HOLDUP_LEDGER_BROKEN';
}

/**
 * The exclusive partition of one request's wall time.
 * @throws LedgerError when entries overlap, leave a gap, are out of order or do not cover `[start, end]` exactly.
 */
export class Ledger {
  readonly requestId: RequestId;
  readonly start: Ns;
  readonly end: Ns;
  readonly entries: readonly Entry[];

  constructor(requestId: RequestId, start: Ns, end: Ns, entries: readonly Entry[]) {
    let cursor = start;
    for (const entry of entries) {
      if (!Number.isSafeInteger(entry.start) || !Number.isSafeInteger(entry.end)) {
        throw new LedgerError(`entry ${entry.account} has no integer bounds: ${entry.start}..${entry.end}`);
      }
      if (entry.start !== cursor || entry.end <= entry.start) {
        throw new LedgerError(`entry ${entry.account} ${entry.start}..${entry.end} does not follow ${cursor}`);
      }
      cursor = entry.end;
    }
    if (cursor !== end) throw new LedgerError(`entries end at ${cursor}, the request at ${end}`);
    this.requestId = requestId;
    this.start = start;
    this.end = end;
    this.entries = entries;
  }

  get wall(): Ns {
    return ns(this.end - this.start);
  }

  /** Nanoseconds per account, largest first. Sums to `wall` exactly. */
  totals(): ReadonlyMap<Account, Ns> {
    const sums = new Map<Account, number>();
    for (const entry of this.entries) {
      sums.set(entry.account, (sums.get(entry.account) ?? 0) + entry.end - entry.start);
    }
    return new Map([...sums].sort((a, b) => b[1] - a[1]).map(([account, sum]) => [account, ns(sum)]));
  }

  /** Nanoseconds on any of the accounts. */
  sum(...accounts: readonly Account[]): Ns {
    let total = 0;
    for (const entry of this.entries) if (accounts.includes(entry.account)) total += entry.end - entry.start;
    return ns(total);
  }
}
