import type { Account } from './account.ts';
import type { Entry } from './ledger.ts';
import type { OpId } from './op.ts';
import type { Holder, ResourceId } from './resource.ts';
import type { Ns } from './time.ts';

/** Why a branch of the blame goes no further. */
export type BlameEnd =
  /** Work on the CPU. */
  | 'cpu'
  /** An outside party: a host, the database server, the caller. */
  | 'outside'
  /** The holder's request had ended and it never gave back what it held. */
  | 'leak'
  /** The holder is already on this chain: the knot. */
  | 'cycle'
  /** Holders unknown, or their records were evicted. */
  | 'unknown';

/** What a holder did with a part of the time it is blamed for. */
export interface BlamePart {
  readonly account: Account;
  readonly ns: Ns;
  readonly op?: OpId;
  /** The holder itself waited for a resource: the blame goes on. */
  readonly next?: Blame;
  readonly end?: BlameEnd;
}

export interface BlameShare {
  readonly holder: Holder;
  /** Time the holder overlapped the wait. */
  readonly overlap: Ns;
  /** The holder's part of the wait; the shares of one blame sum to its `wait` exactly. */
  readonly share: Ns;
  /** Sums to `share` exactly. */
  readonly parts: readonly BlamePart[];
  readonly end?: BlameEnd;
}

/** From a wait on a resource to those who held it. */
export interface Blame {
  readonly resource: ResourceId;
  readonly wait: Ns;
  readonly entries: readonly Entry[];
  /** Largest share first. What no known holder explains has `end: 'unknown'`. */
  readonly shares: readonly BlameShare[];
}
