import { targetOf } from '../flow/fate.ts';
import type { Call } from '../syntax/ast.ts';
import { calledName } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { constantOf } from './constants.ts';
import { type GoRule, namesOf, type Scene } from './rule.ts';

const SQLX = 'github.com/jmoiron/sqlx';

const OPENS = new Set([
  'database/sql.Open',
  'database/sql.OpenDB',
  ...['Open', 'MustOpen', 'Connect', 'ConnectContext', 'MustConnect'].map((name) => `${SQLX}.${name}`),
]);

const NAMES = [...namesOf(OPENS), 'SetMaxIdleConns', 'SetConnMaxLifetime', 'SetConnMaxIdleTime'];

/** Nanoseconds. A shorter lifetime is a number without its unit. */
const SHORTEST = 100_000;

export const poolLimits: GoRule = {
  info: {
    id: 'go/pool-limits',
    severity: 'warning',
    title: 'A database pool without a size, or with limits that contradict',
  },
  about: ['database/sql', 'github.com/jmoiron/sqlx'],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const call of scene.callsTo(NAMES)) {
      if (OPENS.has(scene.callee(call)?.id ?? '')) checkOpen(call, scene);
      else checkLimit(call, scene);
    }
  },
};

/** Sized anywhere in the package, or given to whoever called: then it is not known to be unsized. */
function checkOpen(call: Call, scene: Scene): void {
  const target = targetOf(call, 0);
  if (target.kind !== 'variable' && call.parent?.kind !== 'ValueSpec' && call.parent?.kind !== 'Assign') return;
  const driver = call.args[0];
  if (driver?.kind === 'BasicLit' && driver.text.includes('sqlite')) return;
  if (scene.calledNames().has('SetMaxOpenConns')) return;
  if (target.kind === 'variable' && target.variable.uses.some((use) => use.parent?.kind === 'Return')) return;
  scene.report({
    at: calledName(call),
    message:
      'the pool has no size: under load it opens connections until the server refuses them, and nobody waits in line',
    help: 'call SetMaxOpenConns, and SetMaxIdleConns and SetConnMaxLifetime with it',
  });
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
  }
  if (fun.sel.name !== 'SetMaxIdleConns') return;
  const open = siblingLimit(call, 'SetMaxOpenConns', scene);
  if (open === undefined || open <= 0 || given <= open) return;
  scene.report({
    at: value,
    message: `${given} idle connections of at most ${open} open ones: the larger number never holds`,
    help: 'make SetMaxIdleConns the same as SetMaxOpenConns, or less',
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
