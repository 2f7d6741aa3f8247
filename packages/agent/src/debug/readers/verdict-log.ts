import type { VerdictJson } from '@holdup/model';
import { Fifo } from '../../recorder/fifo.ts';

/** Some 5 KB each. */
const MAX_VERDICTS = 50;
/** Pairs of route and cause counted one by one. A program has fewer; names made up by its callers must not fill the memory. */
const MAX_PAIRS = 500;

const OTHER = { route: 'other', cause: 'other' } as const;

/** How many late requests of a route had that cause. */
export interface VerdictCount {
  readonly route: string;
  readonly cause: string;
  readonly count: number;
  /** Of the latest: from a graph to a request. */
  readonly traceId: string;
  /** When its verdict was made, epoch ms. */
  readonly at: number;
}

/** The latest verdicts, and how many there were of each sort. */
export class VerdictLog {
  readonly latest = new Fifo<VerdictJson>();
  made = 0;
  readonly #counts = new Map<string, VerdictCount>();

  add(verdict: VerdictJson): void {
    this.made++;
    this.latest.push(verdict);
    if (this.latest.size > MAX_VERDICTS) this.latest.shift();
    const { cause } = verdict.verdict;
    const key = `${cause} ${verdict.route}`;
    const isOwn = this.#counts.has(key) || this.#counts.size < MAX_PAIRS;
    this.#count(isOwn ? key : '', isOwn ? { route: verdict.route, cause } : OTHER, verdict.traceId);
  }

  get counts(): readonly VerdictCount[] {
    return [...this.#counts.values()];
  }

  #count(key: string, of: Pick<VerdictCount, 'route' | 'cause'>, traceId: string): void {
    const before = this.#counts.get(key)?.count ?? 0;
    this.#counts.set(key, { ...of, count: before + 1, traceId, at: Date.now() });
  }
}
