import type { Blame, Entry, Ledger, Ns, Op, OpId, Recording, Request, RequestId } from '@holdup/model';

/**
 * One late request with everything a cause may ask about it. Built by `openCase`; answers are computed once.
 * Pure: the same recording gives the same answers.
 */
export interface Case {
  readonly recording: Recording;
  readonly request: Request;
  readonly ledger: Ledger;
  /** One blame per resource the request waited for, longest wait first. */
  readonly blames: readonly Blame[];
  /** An op of this request, or of any other whose ledger was looked into: the holders in `blames`. */
  op(id: OpId): Op | undefined;
  /** Any request's ledger cut to `[from, to]` (clipped to its life); undefined when it is not in the recording. */
  ledgerOf(id: RequestId, from: Ns, to: Ns): Ledger | undefined;
  /** Entries of this request's own ledger on the critical path of one op, in order. */
  entriesOf(op: OpId): readonly Entry[];
}
