import type { Account, CauseId } from '@holdup/model';
import type { Case } from '../../case.ts';
import type { Cause } from '../../cause.ts';
import { confirmed, ruledOut, unknown } from './finding.ts';
import {
  findGateWait,
  type GateWait,
  gateChain,
  gateCulprit,
  gateEvidence,
  gateExplained,
  gateWaited,
} from './gate-waits.ts';
import { isMaterial, tookOf } from './significance.ts';

/** In which a cause about locks, limiters or workers differs from its sisters. */
interface GateWords {
  readonly id: CauseId;
  readonly account: Account;
  /** There was no such wait. */
  readonly none: string;
  /** What was waited for. */
  readonly what: (wait: GateWait) => string;
  /** What would have to be known. */
  readonly missing: (wait: GateWait) => string;
  readonly whoHad: (late: Case, wait: GateWait) => string;
  readonly fixOf: (wait: GateWait) => string;
}

/** A cause that is confirmed by a wait for something of the process that others had. */
export function gateCause({ id, account, none, what, missing, whoHad, fixOf }: GateWords): Cause {
  return {
    id,
    needs: ['ledger', 'resource-holders'],
    diagnose(late) {
      const wait = findGateWait(late, account);
      if (wait === undefined) return ruledOut(id, none);
      if (!isMaterial(late, wait.ns)) return ruledOut(id, tookOf(late, `waiting for ${what(wait)}`, wait.ns));
      if (wait.isUnknown) return unknown(id, missing(wait));
      return confirmed(id, {
        ...gateExplained(wait),
        culprit: gateCulprit(wait),
        summary: `${gateWaited(late, wait, what(wait))}: ${whoHad(late, wait)}.`,
        chain: gateChain(late, wait),
        evidence: gateEvidence(late, wait),
        fix: fixOf(wait),
      });
    },
  };
}
