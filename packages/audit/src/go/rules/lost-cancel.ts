import { contains, type FlowExit, findPoint } from '../flow/graph.ts';
import { walkFrom } from '../flow/walk.ts';
import type { Call, Func, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import type { GoRule, Scene } from './rule.ts';

const MAKERS = new Set([
  'WithCancel',
  'WithCancelCause',
  'WithTimeout',
  'WithTimeoutCause',
  'WithDeadline',
  'WithDeadlineCause',
]);

const HELP = 'defer the cancel function right after the call';

/** What `go vet` calls lostcancel: any mention of the cancel function counts as a use, as there. */
export const lostCancel: GoRule = {
  info: { id: 'go/lost-cancel', severity: 'warning', title: 'A cancel function that some path never calls' },
  about: ['context'],
  alsoKnownAs: ['govet', 'lostcancel'],
  inTests: true,
  check(scene) {
    for (const call of scene.callsTo(MAKERS)) {
      const maker = makerOf(call, scene);
      const stmt = call.parent;
      if (maker === undefined || (stmt?.kind !== 'Assign' && stmt?.kind !== 'ValueSpec')) continue;
      const target = stmt.kind === 'Assign' ? stmt.lhs[1] : stmt.names[1];
      if (target?.kind !== 'Ident') continue;
      if (target.name === '_') reportDiscarded(scene, target, maker);
      else checkPaths(scene, stmt, target);
    }
  },
};

function makerOf(call: Call, scene: Scene): string | undefined {
  const { fun } = call;
  if (fun.kind !== 'Selector' || fun.x.kind !== 'Ident' || !MAKERS.has(fun.sel.name)) return undefined;
  return scene.types.importPath(fun.x, scene.file) === 'context' ? fun.sel.name : undefined;
}

function reportDiscarded(scene: Scene, target: Ident, maker: string): void {
  scene.report({
    at: target,
    message: `the cancel function of context.${maker} is thrown away: its timer and child contexts live on until the parent ends`,
    help: HELP,
  });
}

function checkPaths(scene: Scene, stmt: Node, target: Ident): void {
  const { variable } = target;
  const func = enclosingFunc(stmt);
  // Of a variable that outlives the function, other uses are assumed.
  if (variable === undefined || func === undefined || variable.owner !== func || isMain(func, scene)) return;
  const exit = findUnusedExit(scene, func, stmt, variable);
  if (exit === undefined) return;
  scene.report({
    at: stmt,
    message: `${variable.name} is not called on all paths: where it is not, the context's timer and children live on`,
    help: HELP,
    related: [{ at: exit, message: `may be reached without ${variable.name}` }],
  });
  scene.report({
    at: exit,
    severity: 'note',
    message: `this return may be reached without calling ${variable.name} of line ${scene.line(stmt.pos)}`,
    help: HELP,
  });
}

/** Leaving main ends the process and every context with it. */
function isMain(func: Func, scene: Scene): boolean {
  return (
    func.kind === 'FuncDecl' &&
    func.name.name === 'main' &&
    func.receiver === undefined &&
    scene.file.tree.packageName === 'main'
  );
}

/** The first way out, in the order of the text, that no mention of the variable lies on. */
function findUnusedExit(scene: Scene, func: Func, stmt: Node, variable: Variable): FlowExit | undefined {
  const graph = scene.graph(func);
  const start = graph === undefined ? undefined : findPoint(graph, stmt);
  if (start === undefined) return undefined;
  const uses = (node: Node): boolean =>
    variable.uses.some((use) => contains(node, use)) ||
    (node.kind === 'Return' && node.results.length === 0 && variable.scope === 'result');
  return walkFrom(start, { exits: 'end', at: (node) => (uses(node) ? 'stop' : 'go') });
}
