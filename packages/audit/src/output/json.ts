import type { AuditReport } from '../report/finding.ts';

/** The report as one JSON value: docs/commands/audit.md. */
export function toJson({ findings, problems, counts }: AuditReport): object {
  return { hazards: findings, problems, counts };
}
