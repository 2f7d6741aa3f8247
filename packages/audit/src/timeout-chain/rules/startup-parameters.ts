import type { Hazard } from '../../hazard.ts';
import { type Hop, markOf, type Timeout } from '../hop.ts';
import type { ChainView } from './rule.ts';
import { related } from './text.ts';
import { VALUE_IGNORED } from './value-ignored.ts';

/** Options of a pool that go to PostgreSQL as it connects. */
const SENT = new Set([
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
  'options',
]);

/** Whether a pooler on the way keeps a setting of the pool to itself, or refuses it. pgbouncer.org/config.html#ignore_startup_parameters */
export function isLost({ setting, note, source }: Timeout, inside: readonly Hop[]): boolean {
  // What a role has is not sent: the server knows it.
  const isSent = source === 'set' && SENT.has(lastOf(setting)) && !note?.startsWith('of ');
  return isSent && inside.some(({ droppedParameters }) => droppedParameters !== undefined);
}

function lastOf(setting: string): string {
  return setting.slice(setting.lastIndexOf('.') + 1);
}

/** Settings that a pool sends and PgBouncer does not pass on. */
export function checkStartupParameters({ links }: ChainView): Hazard[] {
  return links.flatMap(({ outer, inner }) => {
    const { droppedParameters } = inner;
    if (outer.role !== 'pool' || droppedParameters === undefined) return [];
    return outer.timeouts
      .filter((timeout) => isLost(timeout, [inner]))
      .map((timeout): Hazard => {
        const name = lastOf(timeout.setting);
        const taken = droppedParameters.includes(name);
        return {
          rule: VALUE_IGNORED.id,
          severity: 'warning',
          message: taken
            ? `${outer.name}: ${timeout.setting}${markOf(timeout)} never reaches PostgreSQL: ${inner.name} is told to ignore it (ignore_startup_parameters)`
            : `${outer.name}: ${timeout.setting} is sent as a startup parameter, and ${inner.name} refuses connections that send it`,
          help: `ALTER ROLE … SET ${name} = … in the database${taken ? '' : `, or ignore_startup_parameters = ${name} and the same`}`,
          place: timeout.place,
          related: [related(outer, timeout), { place: inner.place, message: `${inner.name} stands between` }],
        };
      });
  });
}
