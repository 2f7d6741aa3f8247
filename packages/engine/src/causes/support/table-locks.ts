import type { OpOf } from './ops.ts';

type Detail = OpOf<'db-query'>['detail'];

/** PostgreSQL's table locks, weakest first (documentation, 13.3.1). MySQL's metadata locks conflict much the same way. */
type Mode =
  | 'ACCESS SHARE'
  | 'ROW SHARE'
  | 'ROW EXCLUSIVE'
  | 'SHARE UPDATE EXCLUSIVE'
  | 'SHARE'
  | 'SHARE ROW EXCLUSIVE'
  | 'EXCLUSIVE'
  | 'ACCESS EXCLUSIVE';

/** Which modes of others each one waits for (table 13.2). */
const WAITS_FOR: Readonly<Record<Mode, readonly Mode[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': ['SHARE UPDATE EXCLUSIVE', 'SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  SHARE: ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE ROW EXCLUSIVE': [
    'ROW EXCLUSIVE',
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  EXCLUSIVE: [
    'ROW SHARE',
    'ROW EXCLUSIVE',
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  'ACCESS EXCLUSIVE': [
    'ACCESS SHARE',
    'ROW SHARE',
    'ROW EXCLUSIVE',
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
};

const MODE_OF_VERB: Readonly<Record<string, Mode>> = {
  ALTER: 'ACCESS EXCLUSIVE',
  CLUSTER: 'ACCESS EXCLUSIVE',
  DROP: 'ACCESS EXCLUSIVE',
  TRUNCATE: 'ACCESS EXCLUSIVE',
  // Of the index; whoever plans a statement on its table waits for that.
  REINDEX: 'ACCESS EXCLUSIVE',
  ANALYZE: 'SHARE UPDATE EXCLUSIVE',
  INSERT: 'ROW EXCLUSIVE',
  UPDATE: 'ROW EXCLUSIVE',
  DELETE: 'ROW EXCLUSIVE',
  MERGE: 'ROW EXCLUSIVE',
};

const ROW_LOCKS = [' FOR UPDATE', ' FOR NO KEY UPDATE', ' FOR SHARE', ' FOR KEY SHARE'];

/** The lock a statement takes on the tables it names; undefined: none that is known. */
function modeOf({ verb, shape, locking, tables }: Detail): Mode | undefined {
  if (tables.length === 0) return undefined;
  const text = shape.toUpperCase();
  switch (verb) {
    case 'LOCK':
      return namedMode(text);
    case 'VACUUM':
      return wordsOf(text).includes('FULL') ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
    case 'REFRESH':
      return text.includes(' CONCURRENTLY') ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    case 'CREATE':
      return modeOfCreate(text);
    case 'SELECT':
    case 'WITH':
      if (!locking) return 'ACCESS SHARE';
      return ROW_LOCKS.some((words) => text.includes(words)) ? 'ROW SHARE' : 'ROW EXCLUSIVE';
    default:
      return text.includes(' CONCURRENTLY') ? 'SHARE UPDATE EXCLUSIVE' : MODE_OF_VERB[verb];
  }
}

/** `LOCK TABLE … IN … MODE`; without a mode it takes the strongest. */
function namedMode(text: string): Mode {
  const modes = Object.keys(WAITS_FOR) as Mode[];
  return modes.find((mode) => text.includes(` IN ${mode} MODE`)) ?? 'ACCESS EXCLUSIVE';
}

function modeOfCreate(text: string): Mode | undefined {
  const kinds = wordsOf(text).slice(1, 4);
  if (kinds.includes('TRIGGER')) return 'SHARE ROW EXCLUSIVE';
  if (!kinds.includes('INDEX')) return undefined;
  return text.includes(' CONCURRENTLY') ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
}

/** `VACUUM (FULL, ANALYZE) orders` → `VACUUM`, `FULL`, `ANALYZE`, `ORDERS` */
function wordsOf(text: string): string[] {
  return text
    .replaceAll('(', ' ')
    .replaceAll(')', ' ')
    .replaceAll(',', ' ')
    .split(' ')
    .filter((word) => word !== '');
}

/** Whether `waiting` cannot have the table as long as `taking` has it, whatever rows they are after. */
export function conflictsOnTable(taking: Detail, waiting: Detail): boolean {
  const taken = modeOf(taking);
  const wanted = modeOf(waiting);
  return taken !== undefined && wanted !== undefined && WAITS_FOR[wanted].includes(taken);
}

/** Whether plain reads can keep it waiting: then a transaction that only reads is somebody to look at. */
export function waitsForReaders(waiting: Detail): boolean {
  return modeOf(waiting) === 'ACCESS EXCLUSIVE';
}

/** `public.orders` → `orders`: programs name one table both ways. */
export function bareName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1);
}

/** The tables two statements share, as the first one names them. Of two schemas they are two, unless one is not named. */
export function sharedTables(a: Detail, b: Detail): readonly string[] {
  return a.tables.filter((table) => b.tables.some((other) => isSameTable(table, other)));
}

function isSameTable(a: string, b: string): boolean {
  return a.includes('.') && b.includes('.') ? a === b : bareName(a) === bareName(b);
}
