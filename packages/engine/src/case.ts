import type { Blame, Entry, Ledger, Ns, Op, OpId, Recording, Request, RequestId } from '@holdup/model';
import type { Wait } from './blame/blame.ts';
import type { RecordingIndex } from './partition/context.ts';

/**
 * One late request with everything a cause may ask about it. Built by `openCase`; answers are computed once.
 * Pure: the same recording gives the same answers.
 */
export interface Case {
  readonly recording: Recording;
  readonly index: RecordingIndex;
  readonly request: Request;
  readonly ledger: Ledger;
  /** One per resource the request waited for, longest first. */
  readonly waits: readonly Wait[];
  /** One blame per wait, in the same order. */
  readonly blames: readonly Blame[];
  /** The blame for one of the waits; most of them are nothing that a cause asks for. */
  blameFor(wait: Wait): Blame;
  /** An op of this request, or of another one of the recording. */
  op(id: OpId, of?: RequestId): Op | undefined;
  /** Any request's ledger cut to `[from, to]` (clipped to its life); undefined when it is not in the recording. */
  ledgerOf(id: RequestId, from: Ns, to: Ns): Ledger | undefined;
  /** Entries of this request's own ledger on the critical path of one op, in order. */
  entriesOf(op: OpId): readonly Entry[];
  /**
   * The answer to a question that several causes ask, worked out for the first of them. The answer is shared, so
   * nobody may change it.
   * @param question a function of the module, always the same one for the same question
   */
  once<T>(question: (late: Case) => T): T;
}
