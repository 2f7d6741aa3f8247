import { contains, findPoint } from '../flow/graph.ts';
import { walkFrom } from '../flow/walk.ts';
import { FRAMEWORK_PATHS } from '../libraries/frameworks.ts';
import type { Call, Go, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import { enclosingHandler, type Handler } from './handler.ts';
import type { GoRule, Scene } from './rule.ts';

/** What the handler may call to wait for its goroutines. */
const WAITS = new Set(['Wait', 'ServeHTTP', 'Result']);

export const writerAfterHandler: GoRule = {
  info: {
    id: 'go/writer-after-handler',
    severity: 'error',
    title: 'A ResponseWriter used after its handler may have returned',
  },
  about: ['net/http', ...FRAMEWORK_PATHS],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const go of scene.goes) {
      const handler = enclosingHandler(go, scene);
      const { writer } = handler ?? {};
      if (
        handler === undefined ||
        writer === undefined ||
        enclosingFunc(go) !== handler.func ||
        waits(go, handler, scene)
      )
        continue;
      const use = writer.uses.find((each) => contains(go.call, each) && isUsedLater(each, go));
      if (use === undefined) continue;
      scene.report({
        at: use,
        message: `${writer.name} is used in a goroutine the handler does not wait for: after its return the writer belongs to another request`,
        help: 'wait for the goroutine before returning, or send its result to the handler and write there',
        related: [{ at: { pos: go.pos, end: go.pos + 'go'.length }, message: 'started here' }],
      });
    }
  },
};

/** On every path to the handler's end something is waited for: a channel, a `select`, a group. */
function waits(go: Go, handler: Handler, scene: Scene): boolean {
  const graph = scene.graph(handler.func);
  const start = graph === undefined ? undefined : findPoint(graph, go);
  if (start === undefined || hasDeferredWait(handler, scene)) return true;
  const exit = walkFrom(start, {
    exits: 'end',
    at: (node) => (isWait(node, handler, scene) && !isOtherChoice(node, go, scene) ? 'stop' : 'go'),
  });
  return exit === undefined;
}

/** In the goroutine's own code, or given to it as it is; other arguments are worked out before it starts. */
function isUsedLater(use: Ident, go: Go): boolean {
  let at: Node | undefined = use;
  while (at !== undefined && at.kind !== 'FuncLit' && at.parent !== go.call) at = at.parent;
  return at === use || at?.kind === 'FuncLit';
}

/** A `select` goes on with whatever comes first: in the case of something that the goroutine does not even know, it is not waited for. */
function isOtherChoice(node: Node, go: Go, scene: Scene): boolean {
  const clause = node.parent;
  if (clause?.kind !== 'CommClause' || clause.comm !== node) return false;
  if (clause.parent?.kind === 'Select' && clause.parent.clauses.length < 2) return false;
  const known = new Set(scene.mentions(go.call).map(({ variable }) => variable));
  return !scene
    .mentions(node)
    .some(({ variable }) => variable !== undefined && known.has(variable) && isChannel(variable, scene));
}

function isChannel(variable: Variable, scene: Scene): boolean {
  return scene.types.typeOfVariable(variable, scene.file).kind === 'chan';
}

function isWait(node: Node, { func }: Handler, scene: Scene): boolean {
  return receives(node) || scene.callsIn(func).some((call) => contains(node, call) && isWaitCall(call));
}

function isWaitCall(call: Call): boolean {
  return call.fun.kind === 'Selector' && WAITS.has(call.fun.sel.name);
}

function receives(node: Node): boolean {
  switch (node.kind) {
    case 'Unary':
      return node.op === '<-';
    case 'ExprStmt':
      return receives(node.x);
    case 'Assign':
      return node.rhs.some(receives);
    case 'Send':
      return true;
    default:
      return false;
  }
}

function hasDeferredWait(handler: Handler, scene: Scene): boolean {
  return scene.callsIn(handler.func).some((call) => isWaitCall(call) && call.parent?.kind === 'Defer');
}
