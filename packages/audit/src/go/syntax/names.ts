import { keywordOf, type Token } from './tokens.ts';

/** Slots, a power of two: a file has some hundred names, mentioned thousands of times. */
const SLOTS = 512;

/** A file's names, each once: what is mentioned often is neither cut from the source nor looked up among the keywords again. */
export class NameTable {
  readonly #names: (string | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #tokens: Token[] = new Array(SLOTS).fill('');

  /**
   * @param hash Of the characters between; names that share a slot drive each other out.
   * @returns The slot, in which the name is until the next call.
   */
  take(source: string, start: number, end: number, hash: number): number {
    const slot = (hash ^ (hash >> 9)) & (SLOTS - 1);
    const known = this.#names[slot];
    if (known === undefined || known.length !== end - start || !isAt(known, source, start)) {
      const name = source.slice(start, end);
      this.#names[slot] = name;
      this.#tokens[slot] = keywordOf(name, source.charCodeAt(start)) ?? 'ident';
    }
    return slot;
  }

  name(slot: number): string {
    return this.#names[slot] ?? '';
  }

  token(slot: number): Token {
    return this.#tokens[slot] ?? 'ident';
  }
}

/** As `source.startsWith(name, start)`, which costs more for names' few letters. */
function isAt(name: string, source: string, start: number): boolean {
  for (let i = 0; i < name.length; i += 1) if (name.charCodeAt(i) !== source.charCodeAt(start + i)) return false;
  return true;
}
