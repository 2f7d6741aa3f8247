import { isOwnFile } from '../host-files.ts';
import { type CallSite, callSitesOf, type RawStack, takeRawStack, toPath } from '../recorder/call-sites.ts';
import { type FrameRow, NO_STACK } from './rows.ts';

/** Out of a query builder and its promises to the handler that asked. */
const MAX_FRAMES = 40;

/** Different stacks of one window. A program has a few hundred; code made up at run time must not fill the memory. */
const MAX_STACKS = 2_000;

/** What may be taken at once after a quiet time. */
const MAX_SAVED = 40;

/** Taken, and not looked at yet; or the number of the row it turned out to be. */
type Taken = RawStack | number;

/**
 * The stacks of one window. Taking one costs 20 to 50 µs; its names cost as much again, and are looked up only when somebody asks
 * for them. Numbers go on from window to window: those of an earlier one are known as such.
 */
export class StackStore {
  readonly first: number;
  readonly #perMs: number;
  readonly #taken: Taken[] = [];
  /** The different ones, each kept once, as they are told. */
  readonly #rows: FrameRow[][] = [];
  readonly #numbers = new Map<string, number>();
  #told = 0;
  #saved = MAX_SAVED;
  #at = 0;
  /** How many had been taken by the last two drains: what was there two drains ago is looked at, it keeps alive what was called. */
  #seen: readonly [before: number, last: number] = [0, 0];

  /** @param perSecond how many {@link take} may take, over time */
  constructor(first: number, perSecond: number) {
    this.first = first;
    this.#perMs = perSecond / 1_000;
  }

  /** The number the next one gets. */
  get next(): number {
    return this.first + this.#taken.length;
  }

  /** The stack that asks for it, if it is due: {@link NO_STACK} when too many were taken just before. @param time now, ms */
  take(time: number, below: (...args: never[]) => unknown): number {
    this.#saved = Math.min(MAX_SAVED, this.#saved + (time - this.#at) * this.#perMs);
    this.#at = time;
    if (this.#saved < 1) return NO_STACK;
    this.#saved--;
    return this.takeAlways(below);
  }

  takeAlways(below: (...args: never[]) => unknown): number {
    return this.first + this.#taken.push(takeRawStack(below, MAX_FRAMES)) - 1;
  }

  /** Rows not told before, and the number of the first. */
  drain(): { readonly stacks: readonly (readonly FrameRow[])[]; readonly firstStack: number } {
    const [before, last] = this.#seen;
    for (let index = before; index < last; index++) this.rowOf(this.first + index);
    this.#seen = [last, this.#taken.length];
    const firstStack = this.#told;
    this.#told = this.#rows.length;
    return { stacks: this.#rows.slice(firstStack), firstStack };
  }

  of(number: number): readonly FrameRow[] | undefined {
    return this.#rows[this.rowOf(number)];
  }

  /** The row of a stack, as {@link drain} tells them; {@link NO_STACK} where nothing of the host's was on it, or of another window's. */
  rowOf(number: number): number {
    const index = number - this.first;
    const taken = this.#taken[index];
    if (taken === undefined || typeof taken === 'number') return taken ?? NO_STACK;
    const row = this.#numberOf(toRows(callSitesOf(taken)));
    this.#taken[index] = row;
    return row;
  }

  #numberOf(rows: FrameRow[]): number {
    if (rows.length === 0) return NO_STACK;
    let key = '';
    for (const [name, file, line, , column] of rows) key += `${name}\n${file}\n${line}:${column}\n`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MAX_STACKS) return NO_STACK;
    const row = this.#rows.push(rows) - 1;
    this.#numbers.set(key, row);
    return row;
  }
}

/** Without the agent's own frames, and those of the runtime above the innermost of others: how it waits, not where. */
function toRows(sites: readonly CallSite[]): FrameRow[] {
  const rows: FrameRow[] = [];
  for (const site of sites) {
    const file = toPath(site.getFileName() ?? site.getScriptNameOrSourceURL() ?? '');
    if (file === '' || isOwnFile(file)) continue;
    const name = site.getFunctionName() ?? '(anonymous)';
    const shown = file.startsWith('data:') ? 'data:…' : file;
    const line = site.getLineNumber() ?? 0;
    rows.push([site.isAsync() ? `async ${name}` : name, shown, line, startLineOf(site), site.getColumnNumber() ?? 0]);
  }
  return rows;
}

/** Not in every embedder's V8, and not in the types of Node 20. */
function startLineOf(site: CallSite & { getEnclosingLineNumber?: () => number | null }): number {
  return site.getEnclosingLineNumber?.() ?? 0;
}
