const CONDITION = /\bWHERE\b/i;
/** What comes after one of these says how many rows or what to show of them, not which; a bracket closes what it is about. */
const NO_CONDITION = /\b(?:LIMIT|OFFSET|FETCH|RETURNING|SKIP)\b[^)]*$/i;

/**
 * Which parameters of a statement say which rows it is about: those of its conditions. `UPDATE t SET n = $1 WHERE id = $2`
 * is about the row of `$2`; that `$1` differs from another one's does not make it another row.
 */
export class RowParameters {
  readonly #places: number[] = [];
  #inCondition = false;
  #isOn = true;
  /** Of parameters that have no number, such as MySQL's `?`. */
  #unnumbered = 0;

  /** Text between literals and numbered parameters. */
  pass(text: string): void {
    const condition = this.#inCondition ? 0 : text.search(CONDITION);
    if (condition >= 0) this.#inCondition = true;
    if (NO_CONDITION.test(text)) this.#isOn = false;
    else if (text.includes(')') || (condition >= 0 && CONDITION.test(text))) this.#isOn = true;
  }

  /** `$3` */
  addNumbered(parameter: string): void {
    this.#note(Number(parameter.slice(1)) - 1);
  }

  /** Text that may have parameters without a number in it. */
  passUnnumbered(text: string): void {
    const parts = text.split('?');
    for (const [i, part] of parts.entries()) {
      this.pass(part);
      if (i < parts.length - 1) this.#note(this.#unnumbered++);
    }
  }

  #note(place: number): void {
    if (this.#inCondition && this.#isOn && !this.#places.includes(place)) this.#places.push(place);
  }

  /** Places from 0. Undefined: any of them may say it, as the values of an INSERT or a call do. */
  of(verb: string): readonly number[] | undefined {
    if (verb === 'UPDATE' || verb === 'DELETE') return this.#places;
    return verb === 'SELECT' && this.#inCondition ? this.#places : undefined;
  }
}
