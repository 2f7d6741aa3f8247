import { fateOfUses, keepsResult, reachedUses, targetOf } from '../flow/fate.ts';
import type { Call, Ident } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { type GoType, typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

const LIBRARIES = ['database/sql', 'github.com/jmoiron/sqlx', 'github.com/jackc/pgx/v4', 'github.com/jackc/pgx/v5'];

const ROWS = new Set(LIBRARIES.map((path) => `${path}.Rows`));

/** What the linter rowserrcheck looks for: some use of the rows asks for their error. */
export const rowsErrUnchecked: GoRule = {
  info: {
    id: 'go/rows-err-unchecked',
    severity: 'warning',
    title: 'Rows that a deadline may have cut short, taken for all',
  },
  about: LIBRARIES,
  alsoKnownAs: ['rowserrcheck'],
  inTests: false,
  check(scene) {
    for (const call of scene.calls) {
      if (!keepsResult(call)) continue;
      const index = rowsIndex(scene.typeOf(call));
      if (index < 0 || passesOn(call, scene) || !staysUnasked(call, index, scene)) continue;
      const target = targetOf(call, index);
      const unread = target.kind === 'variable' && target.variable.uses.every(isOfClose);
      scene.report({
        at: calledName(call),
        ...(unread ? { severity: 'note' } : {}),
        message: unread
          ? 'the rows are closed unread and Err is never asked: a statement that failed while it ran looks as if it had run'
          : 'Err of the rows is never asked: Next ends in the same way at a deadline as at the last row',
        help: unread
          ? 'use Exec where no rows are read'
          : 'after the loop: if err := rows.Err(); err != nil { return err }',
      });
    }
  },
};

function rowsIndex(type: GoType): number {
  const types: readonly GoType[] = type.kind === 'tuple' ? type.types : [type];
  return types.findIndex((each) => ROWS.has(typeName(each)));
}

/** A function that gives rows back leaves asking to its callers. */
function passesOn(call: Call, scene: Scene): boolean {
  const func = enclosingFunc(call);
  if (func === undefined) return false;
  return scene.types.signature(func.type, scene.file).results.some((type) => rowsIndex(type) === 0);
}

function staysUnasked(call: Call, index: number, scene: Scene): boolean {
  const target = targetOf(call, index);
  if (target.kind !== 'variable') return target.kind === 'dropped';
  const func = enclosingFunc(call);
  const uses = reachedUses(target.variable, target.stmt, func === undefined ? undefined : scene.graph(func));
  return fateOfUses(uses, { callee: scene.callee, graph: scene.graph, member: undefined, method: 'Err' }) === 'open';
}

/** `INSERT … RETURNING` by Query, a try whether a table exists. */
function isOfClose({ parent }: Ident): boolean {
  if (parent?.kind === 'Call') return parent.fun.kind === 'Ident' && /^close/i.test(parent.fun.name);
  return parent?.kind === 'Selector' && parent.sel.name === 'Close';
}
