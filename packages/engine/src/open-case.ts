import type { Entry, Ledger, Op, OpId, Recording, Request, RequestId } from '@holdup/model';
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
  const ledgers = new Ledgers(index);
  const ledger = ledgers.of(request);
  const entries = groupByOp(ledger);
  return {
    recording,
    request,
    ledger,
    blames: blame(ledger, { index, ledgerOf: (id) => ledgers.get(id) }),
    op: (id) => ledgers.op(id),
    ledgerOf: (id, from, to) => {
      const whole = ledgers.get(id);
      return whole === undefined ? undefined : cutLedger(whole, from, to);
    },
    entriesOf: (id) => entries.get(id) ?? [],
  };
}

/** Whole ledgers of the recording's requests, each made once, and the ops of those asked for. */
class Ledgers {
  readonly #index: RecordingIndex;
  readonly #made = new Map<RequestId, Ledger>();
  readonly #ops = new Map<OpId, Op>();

  constructor(index: RecordingIndex) {
    this.#index = index;
  }

  get(id: RequestId): Ledger | undefined {
    const request = this.#index.recording.requests.get(id);
    return request === undefined ? undefined : this.of(request);
  }

  of(request: Request): Ledger {
    const known = this.#made.get(request.id);
    if (known !== undefined) return known;
    for (const op of request.ops) this.#ops.set(op.id, op);
    const ledger = partition(request, this.#index.recording, undefined, this.#index);
    this.#made.set(request.id, ledger);
    return ledger;
  }

  op(id: OpId): Op | undefined {
    return this.#ops.get(id);
  }
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
