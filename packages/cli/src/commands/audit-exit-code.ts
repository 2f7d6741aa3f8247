import type { AuditReport } from '@holdup/audit';

/** What is only worth knowing fails nobody's build: notes do not count. */
export function exitCodeOf({ findings, problems }: AuditReport): 0 | 1 {
  return problems.length > 0 || findings.some(({ severity }) => severity !== 'note') ? 1 : 0;
}
