import { addSighting, type Incident, type Incidents, sightingOfJson } from '@holdup/engine';
import type { VerdictJson } from '@holdup/model';

/** An incident over its whole life; the engine's are values that each verdict replaces. */
export interface Track {
  incident: Incident<VerdictJson>;
  /** Time beyond the budget, over all its requests. */
  lateMs: number;
}

/** The incidents of one run, and what is left to say of those that were too long ago to be kept. */
export class Tally {
  #incidents: Incidents<VerdictJson> = [];
  #tracks = new Map<Incident<VerdictJson>, Track>();
  readonly dropped = { incidents: 0, requests: 0 };

  add(verdict: VerdictJson): Track {
    const before = this.#incidents;
    const { incidents, incident, isNew } = addSighting(before, sightingOfJson(verdict));
    const kept = new Set(incidents);
    const gone = before.filter((other) => !kept.has(other));
    const grown = isNew
      ? undefined
      : gone.find(({ key, count }) => key === incident.key && count === incident.count - 1);
    const track = (grown && this.#tracks.get(grown)) ?? { incident, lateMs: 0 };
    for (const other of gone) this.#forget(other, other !== grown);
    track.incident = incident;
    track.lateMs += lateness(verdict);
    this.#tracks.set(incident, track);
    this.#incidents = incidents;
    return track;
  }

  tracks(): readonly Track[] {
    return [...this.#tracks.values()];
  }

  has(track: Track): boolean {
    return this.#tracks.get(track.incident) === track;
  }

  #forget(incident: Incident<VerdictJson>, isDropped: boolean): void {
    this.#tracks.delete(incident);
    if (!isDropped) return;
    this.dropped.incidents += 1;
    this.dropped.requests += incident.count;
  }
}

/** Without a budget nothing says how much of the time was too much. */
function lateness({ wallMs, budgetMs }: VerdictJson): number {
  return budgetMs === null ? 0 : Math.max(0, wallMs - budgetMs);
}
