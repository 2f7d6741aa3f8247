import type { Blame, Entry, Ledger, OpId, Recording, RequestId } from '@holdup/model';
import { blameFor, type Wait, waitsOf } from './blame/blame.ts';
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
  const ledger = ledgerOf(requestId, index);
  if (request === undefined || ledger === undefined) {
    throw new UnknownRequestError(`request ${requestId} is not in the recording`);
  }
  const answers = new Answers();
  const blames = new Map<Wait, Blame>();
  const late: Case = {
    recording,
    index,
    request,
    ledger,
    waits: waitsOf(ledger),
    get blames() {
      return late.waits.map(late.blameFor);
    },
    blameFor: (wait) => {
      const known = blames.get(wait) ?? blameFor(wait, requestId, { index, ledgerOf: (id) => ledgerOf(id, index) });
      blames.set(wait, known);
      return known;
    },
    op: (id, of = request.id) => index.op(of, id),
    ledgerOf: (id, from, to) => {
      const whole = ledgerOf(id, index);
      return whole === undefined ? undefined : cutLedger(whole, from, to);
    },
    entriesOf: (id) => answers.once(groupByOp, late).get(id) ?? [],
    once: (question) => answers.once(question, late),
  };
  return late;
}

/** Any request's whole ledger, made once for all cases that share the index. */
function ledgerOf(id: RequestId, index: RecordingIndex): Ledger | undefined {
  const made = index.ledgers.get(id);
  if (made !== undefined) return made;
  const request = index.recording.requests.get(id);
  if (request === undefined) return undefined;
  const ledger = partition(request, index.recording, undefined, index);
  index.ledgers.set(id, ledger);
  return ledger;
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
