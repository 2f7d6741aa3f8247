import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Label } from '../profile.ts';

/** Distinct label sets in the order they were first seen; the empty one is first. */
export class LabelSets {
  readonly sets: (readonly Label[])[] = [[]];
  readonly #ids = new Map<string, number>([['', 0]]);
  #labels = 0;

  /**
   * @param key Equal for equal sets, '' for the empty one.
   * @param make Called when the key is new.
   * @throws ProfileError when all sets together have more than LIMITS.labels.
   */
  intern(key: string, make: () => readonly Label[]): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const set = make();
    this.#labels += set.length;
    if (this.#labels > LIMITS.labels) throw tooLarge('labels', LIMITS.labels, 'label samples with fewer values');
    this.#ids.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }

  /** Index of a set by its contents. */
  add(labels: readonly Label[]): number {
    if (labels.length === 0) return 0;
    return this.intern(keyOfLabels(labels), () => [...labels]);
  }
}

/** Equal for equal labels in the same order. */
export function keyOfLabels(labels: readonly Label[]): string {
  let all = '';
  for (const { key, value, unit = '' } of labels) {
    // Lengths, since a text may hold any separator; a number has none.
    const text = typeof value === 'string' ? `${value.length}:${value}` : `${value}#${unit.length}:${unit}`;
    all += `${key.length}:${key}${text};`;
  }
  return all;
}
