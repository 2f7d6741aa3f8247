import type { CauseId, EvidenceSource, Finding } from '@holdup/model';
import type { Case } from './case.ts';

/** One kind of answer to "what held it up?". One file each in `causes/`, one line in `causes/index.ts`. */
export interface Cause {
  readonly id: CauseId;
  /** Without one of these the answer is `unknown`, which `diagnose` never has to say itself. */
  readonly needs: readonly EvidenceSource[];
  /** Pure. */
  diagnose(late: Case): Finding;
}
