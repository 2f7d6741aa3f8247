import { LiteralKeys } from './literal-keys.ts';
import { RowParameters } from './row-parameters.ts';

/** Whose lexical rules say what is data. */
export type Dialect = 'postgresql' | 'mysql';

/** What can be said about a statement without running it. No literal of it is kept. */
export interface Statement {
  /** Literals and parameters replaced by `?`, white space folded, cut. */
  readonly shape: string;
  /** First keyword, upper case. */
  readonly verb: string;
  /** Lower case, as written but for quotes: `public.orders` stays `public.orders`. An advisory lock counts as a table. */
  readonly tables: readonly string[];
  /** Takes row or table locks that others may have to wait for. */
  readonly locking: boolean;
  /** Hashes of the literals that say which rows it is about, for a statement without parameters. */
  readonly keys: readonly number[];
  /** Places, from 0, of the parameters that say so; undefined: any of them may. */
  readonly rowParameters?: readonly number[] | undefined;
}

const MAX_SHAPE = 300;
/** Generated statements can be megabytes; what makes them differ stands at the front. */
const MAX_READ = 4_000;

const LOCKING = /^(?:UPDATE|DELETE|INSERT|MERGE|TRUNCATE|LOCK|ALTER|DROP|CREATE|REINDEX|VACUUM|CLUSTER|REFRESH)$/;
const ROW_LOCK = /\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b|\bFOR KEY SHARE\b|\bpg_(?:try_)?advisory/i;
const TABLES =
  /\b(?:FROM|JOIN|UPDATE|INTO|TABLE|MATERIALIZED VIEW(?: CONCURRENTLY)?)\s+(?:ONLY\s+|IF\s+(?:NOT\s+)?EXISTS\s+)*((?:"[^"]+"|[a-z_][\w$]*)(?:\.(?:"[^"]+"|[a-z_][\w$]*))?)/gi;
/** `LOCK a, b`, `TRUNCATE TABLE ONLY a`, `VACUUM (FULL) a`: the word TABLE may be missing, and there may be several. */
const LISTED =
  /^(?:LOCK|TRUNCATE|VACUUM|CLUSTER|ANALYZE)\b(?: ?\([^)]*\))?(?: (?:TABLE|ONLY|FULL|FREEZE|VERBOSE|ANALYZE)\b)* ((?:"[^"]+"|[\w$.]| ?, ?)+)/i;
const INDEXED = /^CREATE\b[^(]*\b(?:INDEX|TRIGGER)\b[^(]*? ON (?:ONLY )?((?:"[^"]+"|[\w$.])+)/i;
/** Nobody else's key can be told from the text, but who takes one waits for whoever has it. */
const ADVISORY = /\bpg_advisory(?:_xact)?_lock(?:_shared)?\b/i;
const ADVISORY_LOCK = 'pg_advisory_lock';
const NOT_TABLES = new Set([
  'on',
  'select',
  'lateral',
  'unnest',
  'set',
  'skip',
  'nowait',
  'of',
  'generate_series',
  'values',
]);

export function readStatement(sql: string, dialect: Dialect = 'postgresql'): Statement {
  const literals = new LiteralKeys();
  const parameters = new RowParameters();
  const folded = fold(sql.slice(0, MAX_READ), dialect, literals, parameters);
  const verb = (/[a-z]+/i.exec(folded)?.[0] ?? '').toUpperCase();
  const writes = /\b(?:UPDATE|DELETE\s+FROM|INSERT\s+INTO)\b/i;
  const locking = LOCKING.test(verb) || ROW_LOCK.test(folded) || (verb === 'WITH' && writes.test(folded));
  const shape = folded.length > MAX_SHAPE ? `${folded.slice(0, MAX_SHAPE)}…` : folded;
  const tables = tablesOf(dialect === 'mysql' ? shape.replaceAll('`', '"') : shape);
  const keys = literals.of(verb, /\bWHERE\b/i.test(folded));
  return { shape, verb, tables, locking, keys, rowParameters: parameters.of(verb) };
}

/**
 * What of PostgreSQL's lexical rules hides data, first come first served: a quote in a comment opens no literal, and the
 * other way round. What the cut left open goes to the end: half a literal is still a literal.
 */
const POSTGRESQL = tokens(
  /(?<comment>--[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$))/,
  /(?<name>"(?:[^"]|"")*(?:"|$))/,
  /\b[Ee]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)/,
  /(?<plain>(?:\b[BbXxNn]|\b[Uu]&)?'(?:[^']|'')*(?:'|$))/,
  /(?<![\w$])\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?(?:\$\k<tag>\$|$)/,
  /(?<![\w$])\$\d+/,
);

/** Of MySQL's: both quotes make text unless ANSI_QUOTES is set, and backslashes hide quotes unless that is turned off. */
const MYSQL = tokens(
  /(?<comment>--[^\n\r]*|#[^\n\r]*|\/\*[\s\S]*?(?:\*\/|$))/,
  /(?<name>`(?:[^`]|``)*(?:`|$))/,
  /(?<plain>(?:\b[BbXxNn]|\b_\w+\s*)?'(?:[^'\\]|''|\\[\s\S])*(?:'|$))/,
  /(?<double>"(?:[^"\\]|""|\\[\s\S])*(?:"|$))/,
);

function tokens(...rules: readonly RegExp[]): RegExp {
  const number =
    /(?<![\w.$])[-+]?(?:0[xobXOB][\dA-Fa-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?)(?![\w$])/;
  return new RegExp([...rules, number].map(({ source }) => source).join('|'), 'g');
}

/** `$1`: no literal. */
const PARAMETER = /^\$\d+$/;

/** `SELECT … WHERE id = 17 AND name = 'x'` → `SELECT … WHERE id = ? AND name = ?`, without comments. */
function fold(text: string, dialect: Dialect, literals: LiteralKeys, parameters: RowParameters): string {
  let folded = '';
  let end = 0;
  for (const match of text.matchAll(dialect === 'mysql' ? MYSQL : POSTGRESQL)) {
    const { comment, name, plain, double } = match.groups ?? {};
    const before = text.slice(end, match.index);
    folded += before;
    literals.pass(before);
    if (dialect === 'mysql') parameters.passUnnumbered(before);
    else parameters.pass(before);
    // A comment within a comment, or a backslash that may or may not hide a quote: from here on anything may be data.
    if (comment?.includes('/*', 2)) return squeeze(folded);
    if (plain?.includes("\\'") || double?.includes('\\"')) return squeeze(`${folded}?`);
    folded += comment === undefined ? (name ?? '?') : ' ';
    if (PARAMETER.test(match[0])) parameters.addNumbered(match[0]);
    else if (comment === undefined && name === undefined) literals.add(match[0]);
    end = match.index + match[0].length;
  }
  if (dialect === 'mysql') parameters.passUnnumbered(text.slice(end));
  return squeeze(folded + text.slice(end));
}

/** One space where there is any, and lists of values as one. */
function squeeze(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(\(\s*\?(?:\s*,\s*\?)*\s*\))(?:\s*,\s*\(\s*\?(?:\s*,\s*\?)*\s*\))+/g, '$1, …')
    .replace(/\?(?:\s*,\s*\?)+/g, '?, …')
    .trim();
}

function tablesOf(shape: string): string[] {
  const tables = new Set<string>();
  const add = (name: string): void => {
    const bare = name.replaceAll('"', '').trim().toLowerCase();
    if (bare !== '' && !NOT_TABLES.has(bare)) tables.add(bare);
  };
  for (const match of shape.matchAll(TABLES)) add(match[1] ?? '');
  for (const name of (LISTED.exec(shape)?.[1] ?? '').split(',')) add(name);
  add(INDEXED.exec(shape)?.[1] ?? '');
  if (ADVISORY.test(shape)) tables.add(ADVISORY_LOCK);
  return [...tables];
}

/** Statements remembered. Applications have tens to hundreds of texts; those that paste literals in have no limit. */
const MAX_CACHED = 500;
/** Longer texts are generated and do not repeat. */
const MAX_CACHED_TEXT = 10_000;

/** Reads each text once: what repeats is looked up. */
export class StatementCache {
  readonly #byText = new Map<string, Statement>();
  readonly #dialect: Dialect;

  constructor(dialect: Dialect = 'postgresql') {
    this.#dialect = dialect;
  }

  of(sql: string): Statement {
    const known = this.#byText.get(sql);
    if (known !== undefined) return known;
    const statement = readStatement(sql, this.#dialect);
    if (sql.length <= MAX_CACHED_TEXT) {
      if (this.#byText.size >= MAX_CACHED) this.#byText.clear();
      this.#byText.set(sql, statement);
    }
    return statement;
  }
}
