import { targetOf } from '../flow/fate.ts';
import type { Call, Expr, Ident, Variable } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { constantOf } from './constants.ts';
import { checkLifetimeAgainstBudgets, checkServerIdle } from './pool-lifetime.ts';
import { type GoRule, namesOf, type Scene } from './rule.ts';

const SQLX = 'github.com/jmoiron/sqlx';

const OPENS = new Set([
  'database/sql.Open',
  'database/sql.OpenDB',
  ...['Open', 'MustOpen', 'Connect', 'ConnectContext', 'MustConnect'].map((name) => `${SQLX}.${name}`),
]);

const PGXPOOL_OPENS = /^github\.com\/jackc\/pgx\/v[45]\/pgxpool\.(?:New|Connect|ParseConfig)$/;

const NAMES = [
  ...namesOf(OPENS),
  'New',
  'Connect',
  'ParseConfig',
  'SetMaxOpenConns',
  'SetMaxIdleConns',
  'SetConnMaxLifetime',
  'SetConnMaxIdleTime',
];

/** Nanoseconds. A shorter lifetime is a number without its unit. */
const SHORTEST = 100_000;

/** Nanoseconds between two looks of database/sql for connections that are too old, at least. */
const CLEANER = 1e9;

export const poolLimits: GoRule = {
  info: {
    id: 'go/pool-limits',
    severity: 'warning',
    title: 'A database pool without a size, or with limits that contradict',
  },
  about: [
    'database/sql',
    'github.com/jmoiron/sqlx',
    'github.com/jackc/pgx/v4/pgxpool',
    'github.com/jackc/pgx/v5/pgxpool',
  ],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    if (scene.isTestHelper) return;
    const opens: Call[] = [];
    for (const call of scene.callsTo(NAMES)) {
      const id = scene.callee(call)?.id ?? '';
      if (OPENS.has(id)) checkOpen(call, scene);
      else checkLimit(call, scene);
      if (OPENS.has(id) || PGXPOOL_OPENS.test(id)) opens.push(call);
    }
    checkServerIdle(opens, scene);
  },
};

/** Sized anywhere in the package, or given to whoever called: then it is not known to be unsized. */
function checkOpen(call: Call, scene: Scene): void {
  const target = targetOf(call, 0);
  if (target.kind !== 'variable' && call.parent?.kind !== 'ValueSpec' && call.parent?.kind !== 'Assign') return;
  if (isSqlite(call)) return;
  if (scene.calledNames().has('SetMaxOpenConns')) return;
  if (target.kind === 'variable' && target.variable.uses.some((use) => use.parent?.kind === 'Return')) return;
  if (target.kind === 'variable' && servesOneTask(call, target.variable)) return;
  scene.report({
    at: calledName(call),
    message:
      'the pool has no size: under load it opens connections until the server refuses them, and nobody waits in line',
    help: 'call SetMaxOpenConns, and SetMaxIdleConns and SetConnMaxLifetime with it',
  });
}

/** Functions that last as long as the program. */
const LASTING = /^(?:main|run|serve|start|listen|execute)/i;

/** Opened for what one function does, and closed when it is done; a program's main function does everything. */
function servesOneTask(call: Call, pool: Variable): boolean {
  const func = enclosingFunc(call);
  // A literal that is kept may be a command; one that is given to a call (`retry(func() error { … })`) is a task.
  const task = func?.kind === 'FuncDecl' ? !LASTING.test(func.name.name) : func?.parent?.kind === 'Call';
  return task && pool.uses.some(isDeferredClose);
}

function isDeferredClose(use: Ident): boolean {
  const { parent } = use;
  const closes = parent?.kind === 'Selector' && parent.sel.name === 'Close';
  for (let at = parent; at !== undefined && at !== use.variable?.owner; at = at.parent) {
    // `defer db.Close()`, `defer func() { db.Close() }()`, and `defer func(db *sql.DB) { … }(db)`, which is there for nothing else.
    if (at.kind === 'Defer') return closes || parent?.kind === 'Call';
  }
  return false;
}

/** A file in this process: no server counts its connections, none closes them. */
function isSqlite({ args: [driver] }: Call): boolean {
  return driver?.kind === 'BasicLit' && driver.text.includes('sqlite');
}

function checkLimit(call: Call, scene: Scene): void {
  const { fun } = call;
  const [value] = call.args;
  if (fun.kind !== 'Selector' || value === undefined || !fun.sel.name.startsWith('Set')) return;
  if (!['database/sql.DB', `${SQLX}.DB`].includes(typeName(scene.typeOf(fun.x)))) return;
  const given = constantOf(value, scene);
  if (given === undefined) return;
  if (/^SetConnMax(?:Lifetime|IdleTime)$/.test(fun.sel.name) && given > 0 && given < SHORTEST) {
    scene.report({
      at: value,
      severity: 'error',
      message: `${given} ns: the number has no unit, so every query opens a new connection`,
      help: 'multiply it by time.Second or time.Minute',
    });
  } else {
    checkLifetime(call, value, given, scene);
  }
  // One connection is for SQLite, whatever opens it.
  if (fun.sel.name === 'SetMaxOpenConns' && given > 1) checkAge(call, scene);
  if (fun.sel.name !== 'SetMaxIdleConns') return;
  const open = siblingLimit(call, 'SetMaxOpenConns', scene);
  if (open === undefined || open <= 0 || given <= open) return;
  scene.report({
    at: value,
    message: `${given} idle connections of at most ${open} open ones: the larger number never holds`,
    help: 'make SetMaxIdleConns the same as SetMaxOpenConns, or less',
  });
}

function checkLifetime(call: Call, value: Expr, given: number, scene: Scene): void {
  const name = call.fun.kind === 'Selector' ? call.fun.sel.name : '';
  if (name === 'SetConnMaxLifetime' && given > 0 && given < CLEANER) {
    scene.report({
      at: value,
      message: `connections live for ${given / 1e6} ms: under a deadline of any length nearly every query pays for a new one`,
      help: 'minutes, shorter than what the server or a proxy on the way allows a connection',
    });
  }
  if (name === 'SetConnMaxLifetime' && given >= CLEANER) checkLifetimeAgainstBudgets(value, given, scene);
  if (name !== 'SetConnMaxIdleTime') return;
  const lifetime = siblingLimit(call, 'SetConnMaxLifetime', scene);
  if (lifetime === undefined || lifetime <= 0 || given < lifetime) return;
  scene.report({
    at: value,
    severity: 'note',
    message: 'an idle time as long as the lifetime or longer: it never holds',
    help: 'make SetConnMaxIdleTime the shorter of the two',
  });
}

/** A connection that the server or a proxy closed while it lay idle fails the query that takes it, or costs it a second try. */
function checkAge(call: Call, scene: Scene): void {
  const called = scene.calledNames();
  if (called.has('SetConnMaxLifetime') || called.has('SetConnMaxIdleTime')) return;
  if (scene.callsTo(namesOf(OPENS)).some((open) => OPENS.has(scene.callee(open)?.id ?? '') && isSqlite(open))) return;
  scene.report({
    at: calledName(call),
    severity: 'note',
    message:
      'connections of this pool never grow old: what the server or a proxy closes while idle is found out by a query',
    help: 'call SetConnMaxLifetime or SetConnMaxIdleTime with less than the shortest idle limit on the way',
  });
}

/** What another limit of the same pool is set to, in the same function. */
function siblingLimit(call: Call, name: string, scene: Scene): number | undefined {
  const pool = call.fun.kind === 'Selector' ? scene.text(call.fun.x) : '';
  const block = call.parent?.parent;
  for (const other of scene.callsTo([name])) {
    if (other.fun.kind !== 'Selector' || other.fun.sel.name !== name || other.parent?.parent !== block) continue;
    const [value] = other.args;
    if (value !== undefined && scene.text(other.fun.x) === pool) return constantOf(value, scene);
  }
  return undefined;
}
