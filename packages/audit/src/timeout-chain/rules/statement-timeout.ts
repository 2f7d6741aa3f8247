import type { Hazard } from '../../hazard.ts';
import { finite, tightest, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Engine, Hop, Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { isLost } from './startup-parameters.ts';
import { bothSet, related, showTimeout } from './text.ts';

/** Statements that nothing ends, or that outlive the request they were for. */
export const statementTimeout: ChainRule = {
  id: 'chain/statement-timeout',
  severity: 'error',
  title: 'no statement timeout, or one above the request budget',
  check,
};

interface Said {
  readonly hop: Hop;
  readonly timeout: Timeout;
}

function check({ chains, hops }: ChainView): readonly Hazard[] {
  const found: Hazard[] = [];
  for (const pool of hops.filter(({ role }) => role === 'pool')) {
    const through = chains.filter((chain) => chain.includes(pool));
    const outer = through.map((chain) => chain.slice(0, chain.indexOf(pool)));
    const databases = [...new Set(through.flatMap((chain) => chain.slice(chain.indexOf(pool) + 1)))].filter(
      ({ role }) => role === 'database' || role === 'pooler',
    );
    found.push(...judge(pool, databases, outer));
  }
  // A database given without a pool: only whether there is a limit at all.
  const alone = hops.filter(
    (hop) =>
      hop.role === 'database' &&
      !chains.some((chain) => chain.includes(hop) && chain.some(({ role }) => role === 'pool')),
  );
  const paths = (hop: Hop) =>
    chains.filter((chain) => chain.includes(hop)).map((chain) => chain.slice(0, chain.indexOf(hop)));
  for (const database of alone) found.push(...judge(undefined, [database], paths(database)));
  return found;
}

/** A session's own setting wins over the role's and the server's. */
function judge(pool: Hop | undefined, databases: readonly Hop[], outer: readonly (readonly Hop[])[]): Hazard[] {
  const said = [...(pool ? [pool] : []), ...databases].flatMap((hop): Said[] => {
    const timeout = timeoutOf(hop, 'statement');
    return timeout && !(hop === pool && isLost(timeout, databases)) ? [{ hop, timeout }] : [];
  });
  // Settings of one role, given alone, say nothing about what they leave out.
  const isPartial = pool === undefined && said.length === 0;
  if (isPartial || said.some(({ timeout }) => timeout.ms === 'unknown')) return [];
  const limit = said.find(({ timeout }) => finite(timeout.ms) !== undefined);
  const subject = pool ?? databases[0];
  if (!subject) return [];
  const isSeen = databases.some(({ role }) => role === 'database');
  if (!limit) return pool && !isSeen && !isSql(pool) ? [] : [absent(subject, said, isSeen)];
  const ms = finite(limit.timeout.ms) ?? 0;
  const callers = outer.flatMap((hops) => tightest(hops) ?? []);
  const caller = callers.find(({ bound }) => bound.ms < ms);
  if (!caller) return [];
  return [
    {
      rule: statementTimeout.id,
      severity: bothSet(limit.timeout, caller.bound.timeout) ? 'error' : 'warning',
      message: `${limit.hop.name}: a statement may run ${showLimit(ms)} (${showTimeout(limit.timeout)}), but ${caller.hop.name} gives up after ${showLimit(caller.bound.ms)} (${showTimeout(caller.bound.timeout)}): it runs on, with its locks and its connection, for nobody`,
      help: `${limit.timeout.setting} below ${showLimit(caller.bound.ms)}`,
      place: limit.timeout.place,
      related: [related(limit.hop, limit.timeout), related(caller.hop, caller.bound.timeout)],
    },
  ];
}

function isSql({ format }: Hop): boolean {
  return format !== 'mongodb' && format !== 'redis';
}

const HELP: Readonly<Record<Engine, string>> = {
  postgres:
    'statement_timeout of the role (ALTER ROLE app SET statement_timeout = …) or of the pool, below the request budget',
  mysql:
    'max_execution_time below the request budget, in ms (MariaDB: max_statement_time, in s); it ends reads, so bound writes by innodb_lock_wait_timeout and in the program',
};

function absent(subject: Hop, said: readonly Said[], database: boolean): Hazard {
  const [zero] = said;
  const where = database ? 'neither here nor in the database settings given' : 'nothing in these files sets one';
  return {
    rule: statementTimeout.id,
    severity: 'warning',
    message: `${subject.name}: no statement timeout (${zero && zero.timeout.source === 'set' ? showTimeout(zero.timeout) : where}): a statement whose caller is gone runs on, with its locks and its connection`,
    help: HELP[subject.engine ?? 'postgres'],
    place: zero?.timeout.source === 'set' ? zero.timeout.place : subject.place,
    ...(zero ? { related: [related(zero.hop, zero.timeout)] } : {}),
  };
}
