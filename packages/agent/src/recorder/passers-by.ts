import type { RequestRecord } from './request-record.ts';
import { routeOf } from './route.ts';

/** Requests remembered by route alone. A service that answers 10,000 a second fills it in 1.6 seconds. */
const CAPACITY = 16_384;
const MASK = CAPACITY - 1;
/** Different routes, and raw targets whose route is looked up; names come from traffic and must not fill memory. */
const MAX_NAMES = 1_000;

/**
 * Requests that were over in no time and held nothing: only their route is kept, for the case that they had the loop.
 * Typed arrays, because thousands of short-lived records kept for a moment make V8 enlarge its young generation.
 */
export class PassersBy {
  readonly #numbers = new Float64Array(CAPACITY);
  readonly #routes = new Int32Array(CAPACITY);
  #names: string[] = [];
  readonly #idByTarget = new Map<string, number>();
  readonly #idByName = new Map<string, number>();

  add(request: RequestRecord): void {
    const slot = request.number & MASK;
    this.#numbers[slot] = request.number;
    this.#routes[slot] = this.#idOf(request);
  }

  routeOf(number: number): string | undefined {
    const slot = number & MASK;
    return this.#numbers[slot] === number ? this.#names[this.#routes[slot] ?? -1] : undefined;
  }

  #idOf(request: RequestRecord): number {
    const key = `${request.method} ${request.pattern ?? request.target}`;
    const known = this.#idByTarget.get(key);
    if (known !== undefined) return known;
    const name = routeOf(request);
    let id = this.#idByName.get(name);
    if (id === undefined) {
      if (this.#names.length >= MAX_NAMES) this.#forget();
      id = this.#names.push(name) - 1;
      this.#idByName.set(name, id);
    }
    if (this.#idByTarget.size >= MAX_NAMES) this.#idByTarget.clear();
    this.#idByTarget.set(key, id);
    return id;
  }

  #forget(): void {
    this.#names = [];
    this.#numbers.fill(0);
    this.#idByName.clear();
    this.#idByTarget.clear();
  }
}
