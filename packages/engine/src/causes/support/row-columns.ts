import { isDigit, isWord } from '@holdup/model';
import type { OpOf } from './ops.ts';
import { bareName } from './table-locks.ts';

type Detail = OpOf<'db-query'>['detail'];

/**
 * Whether two statements name their rows by different columns, one by `id`, the other by `email`: their values cannot be
 * compared then, and that they differ does not make them different rows.
 */
export function nameRowsDifferently(a: Detail, b: Detail): boolean {
  const ofA = columnsOf(a);
  const ofB = columnsOf(b);
  return ofA.size > 0 && ofB.size > 0 && [...ofA].every((column) => !ofB.has(column));
}

const WHERE = ' WHERE ';
/** What follows says in which order, how many, or what to do with them. */
const AFTER = ['ORDER', 'GROUP', 'LIMIT', 'OFFSET', 'FETCH', 'FOR', 'RETURNING', 'SKIP'];
const NO_COLUMNS = ['AND', 'OR', 'NOT', 'IN', 'IS', 'NULL', 'LIKE', 'ILIKE', 'BETWEEN', 'ANY', 'ALL', 'TRUE', 'FALSE'];

/** Names in the condition; none where it has none, lies beyond the cut, or is one of several. */
function columnsOf({ shape, tables }: Detail): ReadonlySet<string> {
  const columns = new Set<string>();
  const text = shape.toUpperCase();
  const where = text.indexOf(WHERE);
  if (where < 0 || text.indexOf(WHERE, where + 1) >= 0) return columns;
  const own = new Set(tables.map((table) => bareName(table).toUpperCase()));
  for (let from = where + WHERE.length; from < text.length; ) {
    let to = from;
    while (to < text.length && isWord(text.charCodeAt(to))) to++;
    const word = text.slice(from, to);
    if (AFTER.includes(word)) break;
    const isQualifier = text.charAt(text.charAt(to) === '"' ? to + 1 : to) === '.';
    const isName = word !== '' && !isDigit(word.charCodeAt(0)) && !NO_COLUMNS.includes(word);
    if (isName && !isQualifier && !own.has(word)) columns.add(word);
    from = to + 1;
  }
  return columns;
}
