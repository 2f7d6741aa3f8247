import type { FoundFile } from '../files/walk.ts';
import type { Problem } from '../hazard.ts';
import type { Finding } from '../report/finding.ts';

/** To a worker. */
export interface Job {
  readonly files: readonly FoundFile[];
}

/** From a worker, about one job. */
export interface JobReport {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly generated: number;
  readonly suppressed: number;
}
