/** What can be in one {@link Chain} at a time. */
export interface Link<T> {
  /** The chain's own. */
  before: T | undefined;
  after: T | undefined;
  chained: boolean;
}

/**
 * A set in order of insertion whose members carry the links. A `Set` of objects costs several times as much to enter and
 * leave: it gives each object a hash and copies its table every few members, and here they come and go with every request.
 */
export class Chain<T extends Link<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that is in it the longest. */
  get first(): T | undefined {
    return this.#first;
  }

  /** @param member in no chain so far */
  add(member: T): void {
    member.chained = true;
    member.before = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.after = member;
    this.#last = member;
    this.#size++;
  }

  /** False when it is not, or no longer, in a chain. */
  delete(member: T): boolean {
    if (!member.chained) return false;
    const { before, after } = member;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    member.before = undefined;
    member.after = undefined;
    member.chained = false;
    this.#size--;
    return true;
  }

  /** The member at hand may leave meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    let member = this.#first;
    while (member !== undefined) {
      const { after } = member;
      yield member;
      member = after;
    }
  }
}
