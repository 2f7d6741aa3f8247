/** A process of its own: a parser that overflows its native stack takes down no more than this. */
import { describeHazards } from '../report/finding.ts';
import { auditFiles } from './audit-file.ts';
import { openAuditors } from './auditors.ts';
import type { Job, JobReport } from './protocol.ts';

const auditors = openAuditors();

process.on('message', async (message) => {
  // Parsed edge: sent by worker-pool.ts.
  const report = runJob(message as Job, await auditors);
  process.send?.(report);
});

process.on('disconnect', () => process.exit());

function runJob({ files }: Job, ready: Awaited<typeof auditors>): JobReport {
  const { audited, generated } = auditFiles(files, ready);
  return {
    findings: audited.flatMap(({ report, text }) => describeHazards(report.hazards, text)),
    problems: audited.flatMap(({ report }) => report.problems),
    suppressed: audited.reduce((sum, { report }) => sum + (report.suppressed ?? 0), 0),
    generated,
  };
}
