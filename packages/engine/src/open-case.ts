import type { Entry, Ledger, Op, OpId, Recording, RequestId } from '@holdup/model';
import { blame } from './blame/blame.ts';
import type { Case } from './case.ts';
import { indexRecording, type RecordingIndex } from './partition/context.ts';
import { cutLedger } from './partition/cut.ts';
import { partition } from './partition/partition.ts';

export class UnknownRequestError extends Error {
  readonly code = 'HOLDUP_UNKNOWN_REQUEST';
}

/**
 * One request with its ledger and blames.
 * @param index Share it between the cases of one recording; it costs most of a small case.
 * @throws UnknownRequestError when the recording does not hold the request.
 */
export function openCase(
  recording: Recording,
  requestId: RequestId,
  index: RecordingIndex = indexRecording(recording),
): Case {
  const request = recording.requests.get(requestId);
  if (request === undefined) throw new UnknownRequestError(`request ${requestId} is not in the recording`);
  const ledgerOf = ledgersOf(recording, index);
  const ledger = partition(request, recording, undefined, index);
  const ownOps = new Map(request.ops.map((op) => [op.id, op]));
  const entries = groupByOp(ledger);
  let otherOps: ReadonlyMap<OpId, Op> | undefined;
  return {
    recording,
    request,
    ledger,
    blames: blame(ledger, { index, ledgerOf }),
    op: (id) => {
      const own = ownOps.get(id);
      if (own !== undefined) return own;
      otherOps ??= allOps(recording);
      return otherOps.get(id);
    },
    ledgerOf: (id, from, to) => {
      const whole = ledgerOf(id);
      return whole === undefined ? undefined : cutLedger(whole, from, to);
    },
    entriesOf: (id) => entries.get(id) ?? [],
  };
}

/** Whole ledgers of the recording's requests, each made once. */
function ledgersOf(recording: Recording, index: RecordingIndex): (id: RequestId) => Ledger | undefined {
  const made = new Map<RequestId, Ledger>();
  return (id) => {
    const request = recording.requests.get(id);
    if (request === undefined) return undefined;
    const ledger = made.get(id) ?? partition(request, recording, undefined, index);
    made.set(id, ledger);
    return ledger;
  };
}

function groupByOp(ledger: Ledger): Map<OpId, Entry[]> {
  const groups = new Map<OpId, Entry[]>();
  for (const entry of ledger.entries) {
    if (entry.op === undefined) continue;
    const group = groups.get(entry.op);
    if (group === undefined) groups.set(entry.op, [entry]);
    else group.push(entry);
  }
  return groups;
}

function allOps(recording: Recording): Map<OpId, Op> {
  const ops = new Map<OpId, Op>();
  for (const request of recording.requests.values()) for (const op of request.ops) ops.set(op.id, op);
  return ops;
}
