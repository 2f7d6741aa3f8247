import type { Place } from '../../hazard.ts';
import type { Limit, Timeout, TimeoutKind } from '../hop.ts';
import { databases } from './databases.ts';
import type { Default } from './default.ts';
import { platforms } from './platforms.ts';
import { programs } from './programs.ts';
import { proxies } from './proxies.ts';

/** An entry that is wrong by now is mended in its table and in docs/audit/chain/default-bites.md, nowhere else. */
export const DEFAULTS = { ...proxies, ...platforms, ...programs, ...databases } as const;

export type DefaultId = keyof typeof DEFAULTS;

/** A default as a timeout of a hop declared at `place`. `setting`: the name people know it by. */
export function defaultTimeout(id: DefaultId, setting: string, place: Place): Timeout {
  const known: Default = DEFAULTS[id];
  return {
    kind: known.kind,
    ms: known.ms,
    setting,
    place,
    source: 'default',
    version: known.version,
    doc: known.doc,
    ...(known.bites === undefined ? {} : { bites: known.bites }),
  };
}

/** A value read from a file; zero means "no limit" where the format says so. */
export function setTimeoutOf(kind: TimeoutKind, ms: Limit, setting: string, place: Place, note?: string): Timeout {
  return { kind, ms, setting, place, source: 'set', ...(note === undefined ? {} : { note }) };
}
