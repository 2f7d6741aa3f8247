import { type AuditReport, describeHazards } from '../report/finding.ts';
import type { ChainReport } from './audit-chain.ts';
import { boundOf } from './bounds.ts';
import type { ConfigFile, Hop } from './hop.ts';
import { chainRules } from './rules/index.ts';

interface Choice {
  /** Rules or groups; empty: all. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  /** Fingerprints of a baseline. */
  readonly known: ReadonlySet<string>;
}

/** A chain's report in the form that every output format takes. */
export function toAuditReport(
  report: ChainReport,
  files: readonly ConfigFile[],
  { only, ignore, known }: Choice,
): AuditReport {
  const named = (rule: string, names: readonly string[]) =>
    names.some((name) => rule === name || rule.startsWith(`${name}/`));
  const asked = (rule: string) => (only.length === 0 || named(rule, only)) && !named(rule, ignore);
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const byFile = groupBy(report);
  const findings = [...byFile].flatMap(([file, hazards]) =>
    describeHazards(
      hazards.filter(({ rule }) => asked(rule)),
      texts.get(file) ?? '',
    ),
  );
  const fresh = findings.filter(({ fingerprint }) => !known.has(fingerprint));
  return {
    findings: fresh,
    problems: report.problems,
    rules: chainRules.filter(({ id }) => asked(id)),
    counts: {
      files: report.read,
      generated: 0,
      tests: 0,
      suppressed: 0,
      known: findings.length - fresh.length,
      unchanged: 0,
    },
  };
}

function groupBy({ hazards }: ChainReport): Map<string, ChainReport['hazards'][number][]> {
  const groups = new Map<string, ChainReport['hazards'][number][]>();
  for (const hazard of hazards) groups.set(hazard.place.file, [...(groups.get(hazard.place.file) ?? []), hazard]);
  return groups;
}

/** The chain itself as JSON: docs/commands/audit.md. */
export function chainJson({ hops, chains, links, notUnderstood, notes }: ChainReport): object {
  return {
    hops: hops.map(hopJson),
    links: links.map(({ outer, inner, by }) => ({ outer: outer.id, inner: inner.id, by })),
    chains: chains.map((chain) => chain.map(({ id }) => id)),
    notUnderstood,
    notes,
  };
}

function hopJson(hop: Hop): object {
  const { id, name, role, format, place, timeouts, retries, listens, upstreams } = hop;
  const bound = boundOf(hop);
  return {
    id,
    name,
    role,
    format,
    place,
    ...(bound ? { waitsMs: bound.ms } : {}),
    timeouts,
    ...(retries ? { retries } : {}),
    listens,
    upstreams,
  };
}
