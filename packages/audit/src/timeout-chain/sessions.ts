import { setTimeoutOf } from './defaults/index.ts';
import type { Hop, Session, SessionSettings, Timeout } from './hop.ts';

/**
 * Puts what SQL sets on the hops it holds for: settings for everybody on the database, those of a role or a database on the pools
 * that connect as such, unless the pool itself says otherwise. What fits nowhere stands as a database of its own.
 */
export function applySessions(
  hops: readonly Hop[],
  sessions: readonly SessionSettings[],
): { hops: readonly Hop[]; notes: readonly string[] } {
  const notes: string[] = [];
  const alone: Hop[] = [];
  let joined = hops;
  // The more one names, the more it counts: role and database, role, database.
  const ordered = [...sessions].sort((a, b) => weight(b.session) - weight(a.session));
  for (const settings of ordered.filter(({ session }) => weight(session) === 0)) {
    const databases = joined.filter(({ role, engine }) => role === 'database' && engine === settings.engine);
    if (databases.length === 0) alone.push(settings.hop);
    joined = joined.map((hop) => (databases.includes(hop) ? overridden(hop, settings.timeouts) : hop));
  }
  const named = ordered.filter(({ session }) => weight(session) > 0);
  const pools = joined.filter(({ role }) => role === 'pool');
  const used = new Set<SessionSettings>();
  joined = joined.map((hop) => {
    if (hop.role !== 'pool') return hop;
    const mine = named.filter((settings) => mayHold(settings, hop));
    for (const settings of mine) used.add(settings);
    return inherited(hop, mine);
  });
  for (const settings of named.filter((it) => !used.has(it))) {
    if (pools.some(({ engine }) => engine === settings.engine))
      notes.push(
        `what ${settings.subject} has (${settings.hop.place.file}) holds for no pool here: none connects as such`,
      );
    else alone.push(settings.hop);
  }
  return { hops: [...joined, ...alone], notes };
}

function weight({ user, database }: Session): number {
  return (user === undefined ? 0 : 2) + (database === undefined ? 0 : 1);
}

function mayHold({ engine, session }: SessionSettings, pool: Hop): boolean {
  const open = (wanted: string | undefined, known: string | undefined) =>
    wanted === undefined || known === undefined || wanted === known;
  return (
    engine === pool.engine && open(session.user, pool.session?.user) && open(session.database, pool.session?.database)
  );
}

function overridden(hop: Hop, timeouts: readonly Timeout[]): Hop {
  const kinds = new Set(timeouts.map(({ kind }) => kind));
  return { ...hop, timeouts: [...hop.timeouts.filter(({ kind }) => !kinds.has(kind)), ...timeouts] };
}

function inherited(pool: Hop, sessions: readonly SessionSettings[]): Hop {
  let timeouts = pool.timeouts;
  for (const { subject, session, timeouts: given } of sessions) {
    for (const timeout of given) {
      const own = timeouts.find(({ kind }) => kind === timeout.kind);
      // The server closes an idle session; what the pool keeps is another matter.
      if (own || timeout.kind === 'keepalive') continue;
      const rivals = sessions.filter(
        (other) =>
          weight(other.session) === weight(session) &&
          other.timeouts.some(({ kind, ms }) => kind === timeout.kind && ms !== timeout.ms),
      );
      timeouts = [
        ...timeouts,
        rivals.length > 0
          ? setTimeoutOf(
              timeout.kind,
              'unknown',
              timeout.setting,
              pool.place,
              'roles differ, and the pool does not say which it is',
            )
          : { ...timeout, note: `of ${subject}` },
      ];
    }
  }
  return timeouts === pool.timeouts ? pool : { ...pool, timeouts };
}
