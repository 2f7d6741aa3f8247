import { type ChainLink, type Frame, nsToMs, type Recording, type Verdict, type VerdictJson } from '@holdup/model';
import { formatFrame } from './causes/support/frames.ts';
import { fixFor, summarize } from './summarize.ts';

type LedgerJson = VerdictJson['ledger'][number];
type ChainJson = VerdictJson['verdict']['chain'][number];

/** The public form of a verdict, see docs/verdict.md. @param recording the one it was made from: it knows the clock */
export function verdictToJson(verdict: Verdict, recording: Pick<Recording, 'origin'>): VerdictJson {
  const { top } = verdict;
  return {
    traceId: verdict.traceId,
    route: verdict.route,
    outcome: verdict.outcome,
    startedAt: isoTime(recording.origin, verdict.ledger.start),
    budgetMs: verdict.budget === undefined ? null : nsToMs(verdict.budget),
    budgetSource: verdict.budgetSource ?? null,
    wallMs: nsToMs(verdict.wall),
    ledger: ledgerToJson(verdict),
    verdict: {
      cause: verdict.cause,
      culprit: top?.culprit ?? null,
      explainedMs: nsToMs(top?.explained ?? 0),
      summary: summarize(verdict),
      chain: (top?.chain ?? []).map(linkToJson),
      evidence: top?.evidence ?? [],
      contributing: verdict.contributing.map(({ cause, explained, summary }) => ({
        cause,
        explainedMs: nsToMs(explained),
        summary,
      })),
      ruledOut: verdict.ruledOut.map(({ cause, why }) => ({ cause, why })),
      unknown: verdict.unknown.map(({ cause, missing }) => ({ cause, missing })),
      ...(verdict.failed.length === 0 ? {} : { failed: verdict.failed.map(({ cause, error }) => ({ cause, error })) }),
      fix: fixFor(verdict),
      docs: `docs/causes/${verdict.cause}.md`,
    },
  };
}

function isoTime(origin: bigint, start: number): string {
  return new Date(Number((origin + BigInt(start)) / 1_000_000n)).toISOString();
}

/** One line per account and resource, largest first. Every nanosecond is kept, so that the lines sum to the wall time. */
function ledgerToJson({ ledger, wall, labels }: Verdict): LedgerJson[] {
  const sums = new Map<string, { line: Pick<LedgerJson, 'account' | 'resource'>; ns: number }>();
  for (const { account, resource, start, end } of ledger.entries) {
    const key = `${account} ${resource ?? ''}`;
    const line = { account, ...(resource === undefined ? {} : { resource }) };
    sums.set(key, { line, ns: (sums.get(key)?.ns ?? 0) + end - start });
  }
  return [...sums.values()]
    .sort((a, b) => b.ns - a.ns)
    .map(({ line: { account, resource }, ns }) => ({
      account,
      ms: nsToMs(ns),
      share: roundShare(ns / wall),
      ...(resource === undefined ? {} : { resource: labels.get(resource) ?? resource }),
    }));
}

/** Four digits: a share is for people, `ms` is for sums. */
function roundShare(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}

function linkToJson({ kind, ns, resource, route, doing, stack }: ChainLink): ChainJson {
  return {
    kind,
    ms: nsToMs(ns),
    ...(resource === undefined ? {} : { resource }),
    ...(route === undefined ? {} : { route }),
    ...(doing === undefined ? {} : { doing }),
    ...(stack === undefined ? {} : { stack: stack.map((frame: Frame) => formatFrame(frame)) }),
  };
}
