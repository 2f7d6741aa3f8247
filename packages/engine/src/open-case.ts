import type { Entry, Ledger, OpId, Recording, Request, RequestId } from '@holdup/model';
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
  const answers = new Answers();
  const late: Case = {
    recording,
    index,
    request,
    ledger,
    blames: blame(ledger, { index, ledgerOf: (id) => ledgers.get(id) }),
    op: (id, of = request.id) => index.op(of, id),
    ledgerOf: (id, from, to) => {
      const whole = ledgers.get(id);
      return whole === undefined ? undefined : cutLedger(whole, from, to);
    },
    entriesOf: (id) => answers.once(groupByOp, late).get(id) ?? [],
    once: (question) => answers.once(question, late),
  };
  return late;
}

/** Whole ledgers of the recording's requests, each made once. */
class Ledgers {
  readonly #index: RecordingIndex;
  readonly #made = new Map<RequestId, Ledger>();

  constructor(index: RecordingIndex) {
    this.#index = index;
  }

  get(id: RequestId): Ledger | undefined {
    const made = this.#made.get(id);
    if (made !== undefined) return made;
    const request = this.#index.recording.requests.get(id);
    return request === undefined ? undefined : this.of(request);
  }

  of(request: Request): Ledger {
    const ledger = partition(request, this.#index.recording, undefined, this.#index);
    this.#made.set(request.id, ledger);
    return ledger;
  }
}

/** Answers by the question asked. */
class Answers {
  readonly #given = new Map<(late: Case) => unknown, unknown>();

  once<T>(question: (late: Case) => T, late: Case): T {
    // Under each question lies what it answered itself: a map cannot say that its values' types hang on their keys.
    if (this.#given.has(question)) return this.#given.get(question) as T;
    const answer = question(late);
    this.#given.set(question, answer);
    return answer;
  }
}

function groupByOp({ ledger }: Case): Map<OpId, Entry[]> {
  const groups = new Map<OpId, Entry[]>();
  for (const entry of ledger.entries) {
    if (entry.op === undefined) continue;
    const group = groups.get(entry.op);
    if (group === undefined) groups.set(entry.op, [entry]);
    else group.push(entry);
  }
  return groups;
}
