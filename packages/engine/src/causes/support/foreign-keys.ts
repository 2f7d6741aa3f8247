import { isWord } from '@holdup/model';
import type { OpOf } from './ops.ts';
import { bareName } from './table-locks.ts';

type Detail = OpOf<'db-query'>['detail'];

/** A statement that writes rows of one table, and one that locks a row of another table the first one's columns name. */
export interface Reference {
  /** The table the columns name. */
  readonly parent: string;
  /** Every value that says which parent row is locked is among the written ones, not only some. */
  readonly sameRow: boolean;
}

/**
 * Whether one of two statements most probably waits for the other by a foreign key: to insert a row, the server takes
 * a shared lock on the row it refers to. No statement names the key itself, so its column must be called after the
 * parent's table (`article`, `article_id`, `articleId` of `articles`) and a parameter must be the same.
 */
export function referenceBetween(a: Detail, b: Detail): Reference | undefined {
  return referenceOf(a, b) ?? referenceOf(b, a);
}

function referenceOf(child: Detail, parent: Detail): Reference | undefined {
  // Of an UPDATE the values that say which row it is about are known, not those it sets.
  if (child.verb !== 'INSERT' || !locksReferred(parent) || parent.keys.length === 0) return undefined;
  const shared = parent.keys.filter((key) => child.keys.includes(key)).length;
  if (shared === 0) return undefined;
  const own = new Set(child.tables.map(bareName));
  const columns = columnsOf(child.shape);
  const table = parent.tables.map(bareName).find((name) => !own.has(name) && columns.has(singular(name)));
  return table === undefined ? undefined : { parent: table, sameRow: shared === parent.keys.length };
}

/**
 * FOR KEY SHARE, which a reference takes, waits for FOR UPDATE and DELETE; an UPDATE that leaves the key alone lets it
 * pass (PostgreSQL's documentation, table 13.3). InnoDB's shared lock waits for every UPDATE, too.
 */
function locksReferred({ verb, shape, system }: Detail): boolean {
  if (verb === 'DELETE' || (verb === 'UPDATE' && system !== 'postgresql')) return true;
  return verb === 'SELECT' && shape.toUpperCase().includes(' FOR UPDATE');
}

/** Every name of a shape, called as a table of that name would be in the singular. */
function columnsOf(shape: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (let from = 0; from < shape.length; ) {
    let to = from;
    while (to < shape.length && isWord(shape.charCodeAt(to))) to++;
    if (to > from) names.add(singular(withoutKeySuffix(shape.slice(from, to))));
    from = to + 1;
  }
  return names;
}

const KEY_SUFFIXES = ['uuid', 'id', 'fk'];

function withoutKeySuffix(column: string): string {
  const suffix = KEY_SUFFIXES.find((end) => column.toLowerCase().endsWith(end));
  return suffix === undefined ? column : column.slice(0, -suffix.length);
}

const SIBILANTS = ['ss', 'sh', 'ch', 'x', 'z'];

/** `order_items` → `orderitem`, `categories` → `category`: the plurals that tables have. */
function singular(name: string): string {
  const plain = name.toLowerCase().replaceAll('_', '');
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`;
  if (SIBILANTS.some((end) => plain.endsWith(`${end}es`))) return plain.slice(0, -2);
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain;
}
