import { hashText } from '../hash.ts';
import { MAX_KEYS, NO_KEYS } from './parameter-keys.ts';

const CONDITION = /\bWHERE\b/i;
/** What comes after one of these says how many rows or what to show of them, not which. */
const NO_CONDITION = /\b(?:LIMIT|OFFSET|FETCH|RETURNING|SKIP)\b/i;
const QUOTED = /^'(.*)'$/s;

/**
 * Literals that say which rows a statement without parameters is about: those of its last WHERE; without one, all of an
 * INSERT's and of a call's such as `pg_advisory_lock(42)`. Hashed like parameters: no literal is kept.
 */
export class LiteralKeys {
  readonly #keys: number[] = [];
  #all = '';
  #isOn = true;

  /** Text between literals. */
  pass(text: string): void {
    if (CONDITION.test(text)) {
      this.#keys.length = 0;
      this.#all = '';
      this.#isOn = true;
    }
    if (NO_CONDITION.test(text)) this.#isOn = false;
  }

  add(literal: string): void {
    if (!this.#isOn) return;
    const text = QUOTED.exec(literal)?.[1]?.replaceAll("''", "'") ?? literal;
    if (this.#keys.length < MAX_KEYS) this.#keys.push(hashText(text));
    this.#all += `${text}\0`;
  }

  /** With several the last is of all of them: only equal conditions are sure to mean the same rows. */
  of(verb: string, hasCondition: boolean): readonly number[] {
    const writesAll = (verb === 'UPDATE' || verb === 'DELETE') && !hasCondition;
    if (writesAll || this.#keys.length === 0) return NO_KEYS;
    return this.#keys.length === 1 ? this.#keys : [...this.#keys, hashText(this.#all)];
  }
}
