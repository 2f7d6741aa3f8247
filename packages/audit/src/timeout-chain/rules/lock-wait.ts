import type { Hazard } from '../../hazard.ts';
import { finite, tightest, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop, Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { isLost } from './startup-parameters.ts';
import { bothSet, related, showTimeout } from './text.ts';

/** A statement waits for somebody else's lock longer than its own caller waits. */
export const lockWait: ChainRule = {
  id: 'chain/lock-wait',
  severity: 'warning',
  title: 'a statement may wait for a lock longer than its caller waits for the answer',
  check,
};

function check({ chains }: ChainView): readonly Hazard[] {
  return chains.flatMap((chain) => {
    const first = chain.findIndex(({ role }) => role === 'pool');
    const index = first === -1 ? chain.findIndex(({ role }) => role === 'database') : first;
    const caller = index === -1 ? undefined : tightest(chain.slice(0, index));
    const said = limitIn(chain.slice(index));
    if (!caller || !said) return [];
    const { hop, lock, ms } = said;
    if (ms <= caller.bound.ms || isCutShort(chain.slice(index), caller.bound.ms)) return [];
    return [
      {
        rule: lockWait.id,
        severity: bothSet(lock, caller.bound.timeout) ? 'error' : 'warning',
        message: `${hop.name}: a statement waits up to ${showLimit(ms)} for a lock (${showTimeout(lock)}), but ${caller.hop.name} gives up after ${showLimit(caller.bound.ms)} (${showTimeout(caller.bound.timeout)}): it stands in the lock's queue, with its own locks and its connection, for nobody`,
        help: `${lock.setting} below ${showLimit(caller.bound.ms)}`,
        place: lock.place,
        related: [related(hop, lock), related(caller.hop, caller.bound.timeout)],
      },
    ];
  });
}

/** A session's own setting wins over the server's. */
function limitIn(inside: readonly Hop[]): { hop: Hop; lock: Timeout; ms: number } | undefined {
  for (const hop of inside) {
    const lock = timeoutOf(hop, 'lock');
    if (!lock || (hop.role === 'pool' && isLost(lock, inside))) continue;
    if (lock.ms === 'unknown') return undefined;
    const ms = finite(lock.ms);
    if (ms !== undefined) return { hop, lock, ms };
  }
  return undefined;
}

/** PostgreSQL's statement_timeout ends a wait for a lock as well; MySQL's max_execution_time ends reads only. */
function isCutShort(inside: readonly Hop[], ms: number): boolean {
  return inside.some((hop) => {
    const statement = timeoutOf(hop, 'statement');
    return (
      statement !== undefined &&
      statement.setting !== 'max_execution_time' &&
      (statement.ms === 'unknown' || (finite(statement.ms) ?? ms + 1) <= ms)
    );
  });
}
