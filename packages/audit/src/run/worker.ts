/** A process of its own: a parser that overflows its native stack takes down no more than this. */
import { setFlagsFromString } from 'node:v8';
import { describeHazards } from '../report/finding.ts';
import { auditFiles } from './audit-file.ts';
import { AuditorShelf } from './auditors.ts';
import type { JobReport, Order } from './protocol.ts';

/**
 * A worker lives for seconds: V8's eagerness to optimize (some 350 functions, much of it inlining) takes as long as it saves. Later, and in
 * smaller pieces, it takes a fifth to a third off the worker's time.
 * V8 that does not know a flag leaves it.
 */
for (const flag of ['--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=300'])
  setFlagsFromString(flag);

const shelf = new AuditorShelf();

process.on('message', async (message) => {
  // Parsed edge: sent by worker-pool.ts.
  const order = message as Order;
  if (order.kind === 'prepare') await shelf.openFor([order.path]);
  else process.send?.(await runJob(order.files));
});

process.on('disconnect', () => process.exit());

async function runJob(files: Extract<Order, { kind: 'job' }>['files']): Promise<JobReport> {
  const auditors = await shelf.openFor(files.map(({ path }) => path));
  const { audited, generated } = auditFiles(files, auditors);
  return {
    findings: audited.flatMap(({ report, text }) => describeHazards(report.hazards, text)),
    problems: audited.flatMap(({ report }) => report.problems),
    suppressed: audited.reduce((sum, { report }) => sum + (report.suppressed ?? 0), 0),
    generated,
  };
}
