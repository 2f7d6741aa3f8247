/** Of a list of nothing, of which a tree has many. */
export const NONE: readonly never[] = [];

/** Items for which an array makes room at its first `push`. */
const ROOM = 17;

/** Without the room an array keeps for more: most lists of a tree have one item or two, and a tree has a million lists. */
export function tight<T>(list: readonly T[]): readonly T[] {
  if (list.length === 0) return NONE;
  return list.length < ROOM ? list.slice() : list;
}
