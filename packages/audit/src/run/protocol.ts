import type { FoundFile } from '../files/walk.ts';
import type { Problem } from '../hazard.ts';
import type { Finding } from '../report/finding.ts';

/** To a worker. `prepare`: files of this one's language will come. */
export type Order =
  | { readonly kind: 'prepare'; readonly path: string }
  | { readonly kind: 'job'; readonly files: readonly FoundFile[] };

/** From a worker, about one job. */
export interface JobReport {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly generated: number;
  readonly suppressed: number;
}
