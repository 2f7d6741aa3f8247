import { nameCalled } from '../called-name.ts';
import { fateOfUses, keepsResult, reachedUses, targetOf } from '../flow/fate.ts';
import { contains } from '../flow/graph.ts';
import type { Call, Func } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { type GoType, typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

/** The response of another package's function with this line above it is closed already. */
const HANDLED = /^\/\/\s*bodyclose:handled\s*$/;

/** Their responses hold no connection: a recorder's, one read from a buffer, and those to HEAD, which have no body. */
const BODILESS = new Set([
  'net/http/httptest.ResponseRecorder.Result',
  'net/http.ReadResponse',
  'net/http.Head',
  'net/http.Client.Head',
]);

/** What the linter bodyclose looks for: a body is closed if some use of the response closes it. */
export const bodyNotClosed: GoRule = {
  info: { id: 'go/body-not-closed', severity: 'warning', title: 'A response body that is not closed' },
  about: ['net/http'],
  alsoKnownAs: ['bodyclose'],
  inTests: true,
  check(scene) {
    for (const call of scene.calls) {
      if (!keepsResult(call)) continue;
      const index = responseIndex(scene.typeOf(call));
      if (index < 0 || isExempt(call, index, scene) || !staysOpen(call, index, scene)) continue;
      scene.report({
        at: calledName(call),
        message: 'the response body is not closed: its connection is not used again, and its goroutines stay',
        help: 'after the check of the error: defer resp.Body.Close()',
      });
    }
  },
};

function isResponse(type: GoType): boolean {
  return type.kind === 'pointer' && typeName(type) === 'net/http.Response';
}

function responseIndex(type: GoType): number {
  if (isResponse(type)) return 0;
  return type.kind === 'tuple' ? type.types.findIndex(isResponse) : -1;
}

function isExempt(call: Call, index: number, scene: Scene): boolean {
  const callee = scene.callee(call);
  if (BODILESS.has(callee?.id ?? '') || isOfHead(call, scene)) return true;
  // What implements it may have read and closed the body already, and gives the response along.
  const unseen = callee === undefined || callee.dynamic;
  if (unseen && targetOf(call, index).kind === 'dropped') return true;
  const func = enclosingFunc(call);
  // It passes responses on: its callers close them.
  if (func !== undefined && returnsResponse(func, scene)) return true;
  const { entry } = callee ?? {};
  if (entry === undefined) return false;
  if (!opensResponse(entry.decl, scene) || closesItself(entry.decl, scene)) return true;
  const home = scene.sceneOf(entry.decl);
  return entry.file.tree.comments.some(
    (comment) =>
      comment.end <= entry.decl.pos &&
      comment.end > entry.decl.pos - MAX_DOC &&
      HANDLED.test(home?.text(comment) ?? '') &&
      isDocOf(home?.text({ pos: comment.end, end: entry.decl.pos }) ?? ''),
  );
}

/**
 * Whether a function of the package has what it returns from code that is known not to close bodies: `net/http` itself, a field, a literal.
 * Clients of other modules mostly read the body, close it, and give the response along for its status.
 */
function opensResponse(func: Func, scene: Scene): boolean {
  return scene.memo('opens-response', func, false, () => {
    const home = scene.sceneOf(func) ?? scene;
    const foreign = home.callsIn(func).filter((call) => {
      const callee = home.callee(call);
      const own = callee?.entry?.decl ?? callee?.literal;
      if (own !== undefined) return returnsResponse(own, home) && !opensResponse(own, home);
      return responseIndex(home.typeOf(call)) < 0 && (callee === undefined || callee.dynamic) && isFetched(call);
    });
    return foreign.length === 0 || home.callsIn(func).some((call) => isFromHttp(call, home));
  });
}

/** `defer resp.Body.Close(); …; return data, resp, err`: the caller gets it for its status. */
function closesItself(func: Func, scene: Scene): boolean {
  return scene.memo('closes-response', func, false, () => {
    const home = scene.sceneOf(func) ?? scene;
    return home.callsIn(func).some((call) => {
      if (call.parent?.kind !== 'Defer') return false;
      const closed = call.fun.kind === 'FuncLit' ? call.fun : call;
      return home.calls.some((each) => contains(closed, each) && isBodyClose(each, home));
    });
  });
}

/** `resp.Body.Close()`. */
function isBodyClose({ fun }: Call, scene: Scene): boolean {
  if (fun.kind !== 'Selector' || fun.sel.name !== 'Close' || fun.x.kind !== 'Selector') return false;
  return fun.x.sel.name === 'Body' && isResponse(scene.typeOf(fun.x.x));
}

/** `client.Do(req)` of a request made with the method HEAD, whose response has no body. */
function isOfHead(call: Call, scene: Scene): boolean {
  const request = call.args[0];
  const made = request?.kind === 'Ident' ? request.variable?.value : undefined;
  if (made?.kind !== 'Call' || !/^NewRequest/.test(nameCalled(made))) return false;
  return made.args.slice(0, 2).some((arg) => /^(?:"HEAD"|\w+\.(?:MethodHead|HEAD))$/.test(scene.text(arg)));
}

function isFromHttp(call: Call, scene: Scene): boolean {
  return responseIndex(scene.typeOf(call)) >= 0 && scene.callee(call)?.id.startsWith('net/http.') === true;
}

/** `resp, err = client.CallJSON(…)`, `return client.Do(…)`: more than a call on the side. */
function isFetched({ parent }: Call): boolean {
  return parent?.kind === 'Return' || (parent?.kind === 'Assign' && parent.lhs.length > 1);
}

/** UTF-16 units between a doc comment's line and its function, at most. */
const MAX_DOC = 2_000;

/** Only comment lines stand between. */
function isDocOf(between: string): boolean {
  return between
    .slice(1)
    .split('\n')
    .every((line, index, all) => line.startsWith('//') || index === all.length - 1);
}

function returnsResponse(func: Func, scene: Scene): boolean {
  return scene.types.signature(func.type, scene.file).results.some(isResponse);
}

function staysOpen(call: Call, index: number, scene: Scene): boolean {
  const target = targetOf(call, index);
  if (target.kind !== 'variable') return target.kind === 'dropped';
  const func = enclosingFunc(call);
  const uses = reachedUses(target.variable, target.stmt, func === undefined ? undefined : scene.graph(func));
  return fateOfUses(uses, { callee: scene.callee, graph: scene.graph, member: 'Body' }) === 'open';
}
