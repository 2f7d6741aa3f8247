import type { Confirmed, Finding, Op, Recording, RequestId, Verdict } from '@holdup/model';
import type { Case } from './case.ts';
import type { Cause } from './cause.ts';
import { CAUSES } from './causes/index.ts';
import { openCase } from './open-case.ts';
import type { RecordingIndex } from './partition/context.ts';
import { indexRecording } from './partition/context.ts';
import { rank } from './rank.ts';

export interface DiagnoseOptions {
  /** Share it between the requests of one recording: it costs most of a small case. */
  readonly index?: RecordingIndex;
  /** For tests; all registered causes unless given. */
  readonly causes?: readonly Cause[];
}

/**
 * What held one request up: every cause's finding, ranked.
 * @throws UnknownRequestError when the recording does not hold the request.
 */
export function diagnose(recording: Recording, requestId: RequestId, options: DiagnoseOptions = {}): Verdict {
  const late = openCase(recording, requestId, options.index ?? indexRecording(recording));
  const findings = (options.causes ?? CAUSES).map((cause) => ask(cause, late));
  const { request, ledger } = late;
  const confirmed = findings.filter((finding): finding is Confirmed => finding.kind === 'confirmed');
  const { top, contributing } = rank(confirmed, ledger.wall, request.usual);
  return {
    requestId: request.id,
    traceId: request.traceId,
    route: request.route,
    outcome: request.outcome,
    ...(request.deadline === undefined
      ? {}
      : { budget: request.deadline.budget, budgetSource: request.deadline.source }),
    wall: ledger.wall,
    ...(request.droppedOps === undefined ? {} : { droppedOps: request.droppedOps }),
    ledger,
    labels: labelsOf(late),
    cause: top?.cause ?? 'undetermined',
    ...(top === undefined ? {} : { top }),
    contributing,
    ruledOut: findings.filter((finding) => finding.kind === 'ruled-out'),
    unknown: findings.filter((finding) => finding.kind === 'unknown'),
    failed: findings.filter((finding) => finding.kind === 'failed'),
  };
}

/** A source that was not watched makes the answer unknown; a bug in one cause leaves the others' findings standing. */
function ask(cause: Cause, late: Case): Finding {
  const missing = cause.needs.filter((source) => !late.recording.sources.has(source));
  if (missing.length > 0) return { kind: 'unknown', cause: cause.id, missing };
  try {
    return cause.diagnose(late);
  } catch (error) {
    return {
      kind: 'failed',
      cause: cause.id,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}

function labelsOf(late: Case): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { op, resource } of late.ledger.entries) {
    const known: Op | undefined = op === undefined || labels.has(op) ? undefined : late.op(op);
    if (known !== undefined) labels.set(known.id, known.name);
    if (resource !== undefined) labels.set(resource, late.recording.resources.get(resource)?.name ?? resource);
  }
  return labels;
}
