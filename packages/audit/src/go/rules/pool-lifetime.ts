import type { Call, Expr } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { constantOf } from './constants.ts';
import { enclosingHandler } from './handler.ts';
import type { Scene } from './rule.ts';

const POOLS = new Set(['database/sql.DB', 'github.com/jmoiron/sqlx.DB']);
const PGXPOOL = /^github\.com\/jackc\/pgx\/v[45]\/pgxpool\./;
const SETTERS = ['SetConnMaxLifetime', 'SetConnMaxIdleTime'];
const FIELDS = new Set(['MaxConnLifetime', 'MaxConnIdleTime']);

/** Nanoseconds: what pgxpool allows a connection to lie idle, where nothing is set. */
const PGXPOOL_IDLE = 1_800e9;

/** PostgreSQL reads a number without a unit as milliseconds. */
const IDLE_SESSION = /\bidle_session_timeout(?:=|%3D)(\d+)(ms|s|min|h)?/;
const POSTGRES_UNITS = new Map([
  ['ms', 1e6],
  ['s', 1e9],
  ['min', 60e9],
  ['h', 3_600e9],
]);

/** MySQL's session variable, in seconds, as go-sql-driver's DSN sets it. */
const WAIT_TIMEOUT = /[?&]wait_timeout=(\d+)/;

/** How long a pool keeps a connection, by age or by idleness. */
interface Setting {
  readonly at: Expr;
  /** Nanoseconds; 0 for ever; undefined where it is not known before the program runs. */
  readonly given: number | undefined;
}

/** What a file sets on its pools; where it opens several, it is not known which. */
function settingsOf(scene: Scene): readonly Setting[] {
  const calls = scene.callsTo(SETTERS).flatMap(({ fun, args }) => {
    const [at] = args;
    if (fun.kind !== 'Selector' || at === undefined || !POOLS.has(typeName(scene.typeOf(fun.x)))) return [];
    return [{ at, given: constantOf(at, scene) }];
  });
  const fields = scene.assigns.flatMap(({ lhs, rhs }) => {
    const [field] = lhs;
    const [at] = rhs;
    if (field?.kind !== 'Selector' || at === undefined || !FIELDS.has(field.sel.name)) return [];
    return PGXPOOL.test(typeName(scene.typeOf(field.x))) ? [{ at, given: constantOf(at, scene) }] : [];
  });
  return [...calls, ...fields];
}

/** A pool that keeps idle connections longer than the server, by the data source's own words, lets them live. */
export function checkServerIdle(opens: readonly Call[], scene: Scene): void {
  const [open] = opens;
  if (open === undefined || opens.length > 1) return;
  const server = open.args.map((arg) => serverIdle(textOf(arg, scene))).find((each) => each !== undefined);
  if (server === undefined) return;
  const settings = settingsOf(scene);
  if (settings.some(({ given }) => given === undefined || (given > 0 && given < server))) return;
  const pgx = PGXPOOL.test(scene.callee(open)?.id ?? '');
  if (settings.length === 0 && scene.calledNames().has('SetConnMaxIdleTime')) return;
  if (settings.length === 0 && pgx && PGXPOOL_IDLE < server) return;
  scene.report({
    at: settings[0]?.at ?? calledName(open),
    message: `the server ends a session after ${server / 1e9} s of idleness, the pool keeps it longer: the query that takes it next fails, or costs a second try within its deadline`,
    help: `let the pool's idle time end first: ${pgx ? 'MaxConnIdleTime' : 'SetConnMaxIdleTime'} below ${server / 1e9} s`,
  });
}

/** A lifetime shorter than what a handler gives its work: connections come back too old from the very requests that are late. */
export function checkLifetimeAgainstBudgets(at: Expr, lifetime: number, scene: Scene): void {
  for (const sibling of scene.siblings()) {
    for (const call of sibling.callsTo(['WithTimeout'])) {
      const [, limit] = call.args;
      if (limit === undefined || sibling.callee(call)?.id !== 'context.WithTimeout') continue;
      const budget = constantOf(limit, sibling);
      if (budget === undefined || budget <= lifetime || enclosingHandler(call, sibling) === undefined) continue;
      scene.report({
        at,
        severity: 'note',
        message: `connections live for ${lifetime / 1e9} s, a handler gives its work ${budget / 1e9} s: what took long hands back a connection that is closed, and under load most requests pay for a new one`,
        help: 'make the lifetime many times the longest budget; it never ends a query, so it is no deadline',
      });
      return;
    }
  }
}

function serverIdle(text: string): number | undefined {
  const [, postgres, unit] = IDLE_SESSION.exec(text) ?? [];
  const [, mysql] = WAIT_TIMEOUT.exec(text) ?? [];
  const given =
    postgres === undefined ? Number(mysql) * 1e9 : Number(postgres) * (POSTGRES_UNITS.get(unit ?? 'ms') ?? 1e6);
  // Zero switches it off.
  return given > 0 ? given : undefined;
}

/** The source of a string, that of the constants or variables it names too. */
function textOf(x: Expr, scene: Scene): string {
  const parts = scene
    .mentions(x)
    .map(({ variable }) => (variable?.value === undefined ? '' : scene.text(variable.value)));
  return [scene.text(x), ...parts].join('\n');
}
