import type { VerdictJson } from '@holdup/model';
import { Fifo } from '../../recorder/fifo.ts';

/** Some 5 KB each. */
const MAX_VERDICTS = 50;
/** Pairs of route and cause counted one by one. A program has fewer; names made up by its callers must not fill the memory. */
const MAX_PAIRS = 500;

const OTHER = { route: 'other', cause: 'other' } as const;

/** The latest verdicts, and how many there were of each sort. */
export class VerdictLog {
  readonly latest = new Fifo<VerdictJson>();
  made = 0;
  readonly #counts = new Map<string, { readonly route: string; readonly cause: string; count: number }>();

  add(verdict: VerdictJson): void {
    this.made++;
    this.latest.push(verdict);
    if (this.latest.size > MAX_VERDICTS) this.latest.shift();
    const { cause } = verdict.verdict;
    const key = `${cause} ${verdict.route}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MAX_PAIRS) this.#counts.set(key, { route: verdict.route, cause, count: 1 });
    else this.#countOther();
  }

  get counts(): readonly { readonly route: string; readonly cause: string; readonly count: number }[] {
    return [...this.#counts.values()];
  }

  #countOther(): void {
    const other = this.#counts.get('') ?? { ...OTHER, count: 0 };
    other.count++;
    this.#counts.set('', other);
  }
}
