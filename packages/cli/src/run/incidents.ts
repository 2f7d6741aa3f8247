import type { Culprit, VerdictJson } from '@holdup/model';

export interface Incident {
  readonly route: string;
  readonly cause: string;
  readonly culprit: Culprit | null;
  count: number;
  worstWallMs: number;
  lateMs: number;
  readonly firstAt: string;
  lastAt: string;
}

export class Incidents {
  readonly #byKey = new Map<string, Incident>();
  add(v: VerdictJson): Incident {
    const key = JSON.stringify([v.route, v.verdict.cause, v.verdict.culprit]);
    const late = Math.max(0, v.wallMs - (v.budgetMs ?? v.wallMs));
    const known = this.#byKey.get(key);
    if (known) {
      known.count++;
      known.worstWallMs = Math.max(known.worstWallMs, v.wallMs);
      known.lateMs += late;
      known.lastAt = v.startedAt;
      return known;
    }
    const incident = {
      route: v.route,
      cause: v.verdict.cause,
      culprit: v.verdict.culprit,
      count: 1,
      worstWallMs: v.wallMs,
      lateMs: late,
      firstAt: v.startedAt,
      lastAt: v.startedAt,
    };
    this.#byKey.set(key, incident);
    return incident;
  }
  list() {
    return [...this.#byKey.values()];
  }
}
