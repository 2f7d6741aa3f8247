import { isOwnFile } from '../host-files.ts';
import { type CallSite, takeCallSites, toPath } from '../recorder/call-sites.ts';
import { type FrameRow, NO_STACK } from './rows.ts';

/** Out of a query builder and its promises to the handler that asked. */
const MAX_FRAMES = 40;

/** Different stacks of one window. A program has a few hundred; code made up at run time must not fill the memory. */
const MAX_STACKS = 2_000;

/** Taking a stack costs 20 to 50 µs: 400 a second are at most 2 % of a core. */
const STACKS_PER_MS = 0.4;
/** What may be taken at once after a quiet time. */
const MAX_SAVED = 40;

/** The stacks of one window, each kept once. Numbers go on from window to window: those of an earlier one are known as such. */
export class StackStore {
  readonly first: number;
  readonly #numbers = new Map<string, number>();
  readonly #stacks: FrameRow[][] = [];
  #told = 0;
  #saved = MAX_SAVED;
  #at = 0;

  constructor(first: number) {
    this.first = first;
  }

  get next(): number {
    return this.first + this.#stacks.length;
  }

  /** The stack that asks for it, if it is due: {@link NO_STACK} when too many were taken just before. @param time now, ms */
  take(time: number, below: (...args: never[]) => unknown): number {
    this.#saved = Math.min(MAX_SAVED, this.#saved + (time - this.#at) * STACKS_PER_MS);
    this.#at = time;
    if (this.#saved < 1) return NO_STACK;
    this.#saved--;
    return this.takeAlways(below);
  }

  takeAlways(below: (...args: never[]) => unknown): number {
    return this.#numberOf(toRows(takeCallSites(below, MAX_FRAMES)));
  }

  /** Those not told before, and the number of the first. */
  drain(): { readonly stacks: readonly (readonly FrameRow[])[]; readonly firstStack: number } {
    const from = this.#told;
    this.#told = this.#stacks.length;
    return { stacks: this.#stacks.slice(from), firstStack: this.first + from };
  }

  of(number: number): readonly FrameRow[] | undefined {
    return this.#stacks[number - this.first];
  }

  #numberOf(rows: FrameRow[]): number {
    if (rows.length === 0) return NO_STACK;
    let key = '';
    for (const [name, file, line] of rows) key += `${name}\n${file}\n${line}\n`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MAX_STACKS) return NO_STACK;
    this.#numbers.set(key, this.next);
    return this.first + this.#stacks.push(rows) - 1;
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
    rows.push([site.isAsync() ? `async ${name}` : name, shown, site.getLineNumber() ?? 0, startLineOf(site)]);
  }
  return rows;
}

/** Not in every embedder's V8, and not in the types of Node 20. */
function startLineOf(site: CallSite & { getEnclosingLineNumber?: () => number | null }): number {
  return site.getEnclosingLineNumber?.() ?? 0;
}
