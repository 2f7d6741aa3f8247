import { nameCalled } from '../called-name.ts';
import { reachedUses } from '../flow/fate.ts';
import type { Assign, Call, Expr, Func, FuncDecl, Node } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { detachingNames } from './detaching.ts';
import { offeredContext } from './handler.ts';
import type { GoRule, Scene } from './rule.ts';

/** What must still be done once the request's context is over is rightly given another. */
const CLEANUP = /^(?:shutdown|close|stop|rollback|unlock|release|flush|cleanup|abort|cancel|delete|remove|without)/i;

/** Logging and counting take a context for its values only, and wait for nothing. */
const TELLING = /log|warn|debug|info|trace|metric|error|fatal|audit|event|span|^with(?:value|cancel$)/i;

/** What these make outlives the call, and with it the context they are given; `cmp.Or` falls back on it where there is no other. */
const MAKING = /^(?:[nN]ew(?!Request)|[mM]ake|[lL]isten)|Conn$|^Or$/;

/** A helper that knows of no context and bounds what it does by itself does not go on for ever. */
const BOUNDING = /^With(?:Timeout|Deadline)(?:Cause)?$/;

/** Calls of calls are followed this deep. */
const MAX_DEPTH = 6;

export const contextNotPassed: GoRule = {
  info: { id: 'go/context-not-passed', severity: 'warning', title: 'A context at hand that is not passed on' },
  about: ['context'],
  alsoKnownAs: ['contextcheck'],
  inTests: false,
  check(scene) {
    const detaching = detachingNames(scene);
    // Without one nothing is new.
    if (detaching.size === 0) return;
    const reported = new Set<Node>();
    for (const call of scene.calls) checkCall(call, scene, reported);
    for (const stmt of scene.assigns) checkAssignment(stmt, scene, reported);
  },
};

const FRESH = new Set(['Background', 'TODO']);

/** `context.Background()` or `context.TODO()`. */
function isFresh(x: Expr | undefined, scene: Scene): boolean {
  if (x?.kind !== 'Call' || !FRESH.has(nameCalled(x))) return false;
  const id = scene.callee(x)?.id;
  return id === 'context.Background' || id === 'context.TODO';
}

interface Offer {
  /** What could be passed. */
  readonly context: string;
  /** The outermost function literal between, unless it is called where it stands. */
  readonly literal: Func | undefined;
}

/** The context that is at hand where a node stands. Not in what is started with `go` or deferred: that may rightly outlive it. */
function offerAt(node: Node, scene: Scene): Offer | undefined {
  let literal: Func | undefined;
  for (let func = enclosingFunc(node); func !== undefined; func = enclosingFunc(func)) {
    const context = offeredContext(func, scene);
    if (context !== undefined) return { context, literal };
    const { parent } = func;
    const starter = parent?.kind === 'Call' ? parent.parent : undefined;
    if (starter?.kind === 'Go' || starter?.kind === 'Defer') return undefined;
    if (parent?.kind !== 'Call') literal = func;
  }
  return undefined;
}

function isExempt(call: Call, scene: Scene): boolean {
  const { fun, parent } = call;
  const name = fun.kind === 'Selector' ? fun.sel.name : fun.kind === 'Ident' ? fun.name : '';
  if (CLEANUP.test(name) || TELLING.test(name) || MAKING.test(name)) return true;
  if (parent?.kind === 'Defer' || parent?.kind === 'Go') return true;
  const kept = parent?.kind === 'Assign' ? parent.lhs[0] : undefined;
  // `shutdownCtx, cancel := context.WithTimeout(context.Background(), …)`.
  if (kept?.kind === 'Ident' && CLEANUP.test(kept.name)) return true;
  const func = enclosingFunc(call);
  // After the wait for the context's end there is nothing to inherit.
  return (
    func !== undefined &&
    scene.callsTo(['Done']).some((each) => each.pos < call.pos && each.pos > func.pos && isDone(each))
  );
}

/** UTF-16 units between the end of a comment and the call it stands above. */
const NEAR = 60;

const ARGUES = /Background|detach|cancel|outlive|independent/i;

/** A comment right above says why the context at hand is not meant. */
function isArgued(call: Call, scene: Scene): boolean {
  const above = scene.file.tree.comments.findLast(({ end }) => end <= call.pos);
  if (above === undefined || call.pos - above.end > NEAR) return false;
  if (scene.line(call.pos) - scene.line(above.end) > 1) return false;
  // A comment of several lines is as many comments; what names the context may stand in the first.
  const first = scene.file.tree.comments.filter(
    ({ end }) => end <= above.end && scene.line(above.pos) - scene.line(end) < 4,
  );
  return first.some((comment) => ARGUES.test(scene.text(comment)));
}

function isDone(call: Call): boolean {
  return call.fun.kind === 'Selector' && call.fun.sel.name === 'Done' && call.parent?.kind === 'Unary';
}

function checkCall(call: Call, scene: Scene, reported: Set<Node>): void {
  const fresh = call.args.some((arg) => isFresh(arg, scene));
  const path = fresh ? [] : detachingPath(call, scene, 0);
  if (path === undefined || isExempt(call, scene) || (fresh && isArgued(call, scene))) return;
  const offer = offerAt(call, scene);
  if (offer !== undefined) report(call, offer, path, scene, reported);
}

function report(call: Call, offer: Offer, path: readonly string[], scene: Scene, reported: Set<Node>): void {
  const at = offer.literal ?? call;
  if (reported.has(at)) return;
  reported.add(at);
  const message =
    path.length === 0
      ? `a new context is passed although ${offer.context} is at hand: this call outlives its request's deadline`
      : `${path.join(' → ')} takes no context and makes its own: what it calls outlives this request's deadline`;
  scene.report({
    at: offer.literal === undefined ? calledName(call) : offer.literal.type,
    message,
    help: `pass ${offer.context}, or context.WithoutCancel of it with a timeout if the work must go on`,
    ...(path.length === 0 ? {} : { severity: 'note' as const }),
  });
}

/** The names from a called function of this package to the one that makes its own context; undefined where none does. */
function detachingPath(call: Call, scene: Scene, depth: number): readonly string[] | undefined {
  const name = nameCalled(call);
  if (name === '' || !detachingNames(scene).has(name)) return undefined;
  const callee = scene.callee(call);
  const decl = callee?.entry?.decl;
  if (callee === undefined || decl?.body === undefined || callee.dynamic || depth > MAX_DEPTH) return undefined;
  const found = scene.memo('detaching', decl, undefined, () => detachesIn(decl, scene, depth));
  return found === undefined ? undefined : [decl.name.name, ...found];
}

function detachesIn(decl: FuncDecl, scene: Scene, depth: number): readonly string[] | undefined {
  const home = scene.sceneOf(decl);
  if (home === undefined || offeredContext(decl, home) !== undefined || takesRequest(decl)) return undefined;
  // What gives a context back is there to make one.
  if (home.types.signature(decl.type, home.file).results.some((type) => typeName(type) === 'context.Context'))
    return undefined;
  if (isMadeOnce(decl, home)) return undefined;
  for (const call of home.callsIn(decl)) {
    if (enclosingFunc(call) !== decl || isExempt(call, home) || BOUNDING.test(nameCalled(call))) continue;
    if (call.args.some((arg) => isFresh(arg, home))) return [];
    const deeper = detachingPath(call, home, depth + 1);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** `if d.encoder != nil { return d.encoder }` before anything else: what is made once for all must not end with whoever asked first. */
function isMadeOnce({ body }: FuncDecl, scene: Scene): boolean {
  const first = body?.stmts[0];
  if (first?.kind !== 'If' || first.cond.kind !== 'Binary' || first.cond.op !== '!=') return false;
  const given = first.then.stmts[0];
  const kept = scene.text(first.cond.x);
  return given?.kind === 'Return' && given.results[0] !== undefined && scene.text(given.results[0]) === kept;
}

/** A `*http.Request` of any name brings a context along. */
function takesRequest(decl: FuncDecl): boolean {
  return decl.type.params.some(
    (field) => field.type.kind === 'Star' && field.type.x.kind === 'Selector' && field.type.x.sel.name === 'Request',
  );
}

/** `ctx = context.Background()`: told at the calls that get it, or where it is set if closures see it too. */
function checkAssignment(stmt: Assign, scene: Scene, reported: Set<Node>): void {
  const name = stmt.lhs[0];
  const fresh = stmt.rhs[0];
  if (stmt.lhs.length !== 1 || name?.kind !== 'Ident' || name.variable === undefined || fresh?.kind !== 'Call') return;
  if (!isFresh(fresh, scene) || isNilGuard(stmt) || isArgued(fresh, scene)) return;
  const offer = offerAt(stmt, scene);
  if (offer === undefined) return;
  const { variable } = name;
  if (variable.uses.some((use) => enclosingFunc(use) !== variable.owner)) {
    report(fresh, offer, [], scene, reported);
    return;
  }
  const func = enclosingFunc(stmt);
  for (const use of reachedUses(variable, stmt, func === undefined ? undefined : scene.graph(func))) {
    if (use.parent?.kind === 'Call' && use.parent.fun !== use && !isExempt(use.parent, scene)) {
      report(use.parent, offer, [], scene, reported);
    }
  }
}

/** `if ctx == nil { ctx = context.Background() }`. */
function isNilGuard(stmt: Assign): boolean {
  const guard = stmt.parent?.parent;
  return guard?.kind === 'If' && guard.cond.kind === 'Binary' && guard.cond.op === '==';
}
