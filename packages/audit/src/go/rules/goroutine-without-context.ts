import { nameCalled } from '../called-name.ts';
import { outsideMayReturn } from '../flow/returns.ts';
import { FRAMEWORK_PATHS } from '../libraries/frameworks.ts';
import type { Expr, Func, Go, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { carriesContext, enclosingHandler, type Handler, offeredContext } from './handler.ts';
import type { GoRule, Scene } from './rule.ts';

export const goroutineWithoutContext: GoRule = {
  info: {
    id: 'go/goroutine-without-context',
    severity: 'warning',
    title: 'A goroutine of a handler that no context can end',
  },
  about: ['net/http', ...FRAMEWORK_PATHS],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const go of scene.goes) {
      const handler = enclosingHandler(go, scene);
      if (handler === undefined || !works(go, scene) || isEnded(go, handler, scene)) continue;
      scene.report({
        at: { pos: go.pos, end: go.call.kind === 'Call' ? go.call.fun.pos + NAME_SHOWN : go.end },
        message: 'the goroutine neither takes nor watches a context: it works on when the request is over',
        help: `give it ${offeredContext(handler.func, scene) ?? 'r.Context()'}, or context.WithoutCancel with its own timeout if it is to outlive the request`,
      });
    }
  },
};

/** Columns of the started call that are shown. */
const NAME_SHOWN = 4;

/** Names that people give to contexts, also where nothing tells their type. */
const CONTEXT_NAME = /ctx$|context$/i;
const CONTEXT_WORD = /(?:ctx|context)\b/i;

/** `upgrader.Upgrade(w, r, nil)` and `websocket.Accept(w, r, nil)` of web sockets, `hijacker.Hijack()`. */
const TAKE_OVER = /^(?:Upgrade|Accept|Hijack)/;

const CONSTRUCTOR = /^(?:new|with)/i;

/** `<-done`, `case <-s.stop`; a value before the arrow makes it a send. */
const RECEIVES = /(?:^|[^\w)\] \t]|\b(?:case|return|range))[ \t]*<-/m;

/** They may speak of a context that is not there. */
const COMMENT = /\/\/.*|\/\*[\s\S]*?\*\//g;

/** A goroutine that only passes something on ends by itself: it must call something outside the language. */
function works(go: Go, scene: Scene): boolean {
  if (go.call.kind !== 'Call') return false;
  // `go panic(…)`: to end the program whatever recovers in the handler.
  if (go.call.fun.kind !== 'FuncLit') return outsideMayReturn(go.call, scene.callee(go.call));
  const calls = scene.callsIn(go.call.fun);
  // It is there to end the program, once the answer is out.
  if (calls.some((call) => !outsideMayReturn(call, scene.callee(call)))) return false;
  return calls.some((call) => {
    const id = scene.callee(call)?.id;
    return (
      id === undefined ||
      !(id === 'close' || id === 'panic' || id === 'recover' || id.startsWith('sync.') || id === '.')
    );
  });
}

/** By a context it may watch, a channel it listens to, something the handler closes; or the handler waits for it. */
function isEnded(go: Go, handler: Handler, scene: Scene): boolean {
  const mentioned = new Set<Variable>();
  for (const ident of scene.mentions(go.call)) {
    if (CONTEXT_NAME.test(ident.name) || isWaitedOn(ident, scene)) return true;
    if (ident.variable !== undefined) mentioned.add(ident.variable);
  }
  // Its own variables are not what others end it by.
  const given = [...mentioned].filter(({ ident }) => ident.pos < go.pos || ident.pos >= go.end);
  if (given.some((variable) => knowsContext(variable, handler, scene)) || listens(go, scene)) return true;
  if (given.some((variable) => isOfConnection(variable, scene))) return true;
  const around = enclosingFunc(go) ?? handler.func;
  return given.some((variable) =>
    sourcesOf(variable, scene).some((each) => isClosedOrAwaited(each, { go, around, scene })),
  );
}

/** A context, a request, or what a constructor made with a context: `newJob(ctx, …)` may keep it, what `load(ctx)` gave is data. */
function knowsContext(variable: Variable, handler: Handler, scene: Scene): boolean {
  if (variable === handler.request || carriesContext(variable, scene)) return true;
  const { value } = variable;
  if (value?.kind !== 'Call' || !CONSTRUCTOR.test(nameCalled(value))) return false;
  return value.args.some((arg) => CONTEXT_WORD.test(scene.text(arg)));
}

/** A connection that was taken over from the server, or what was made with it: its end ends what works on it, and the handler returns before. */
function isOfConnection(variable: Variable, scene: Scene): boolean {
  return sourcesOf(variable, scene).some(({ value }) => value?.kind === 'Call' && TAKE_OVER.test(nameCalled(value)));
}

/** Its code, or that of the package's function it starts, receives from a channel or speaks of a context. */
function listens(go: Go, scene: Scene): boolean {
  const texts = [scene.text(go.call)];
  const started = go.call.kind === 'Call' ? scene.callee(go.call)?.entry?.decl : undefined;
  if (started?.body !== undefined) texts.push(scene.sceneOf(started)?.text(started.body) ?? '');
  return texts
    .map((text) => text.replaceAll(COMMENT, ''))
    .some((text) => CONTEXT_WORD.test(text) || RECEIVES.test(text));
}

function isWaitedOn(ident: Ident, scene: Scene): boolean {
  const parent: Node | undefined = ident.parent;
  if (parent?.kind === 'Range' && parent.x === ident) return scene.typeOf(ident).kind === 'chan';
  return ident.variable !== undefined && typeName(scene.typeOf(ident)) === 'time.Timer';
}

/** The variable, those that came with it (`pr, pw := io.Pipe()`), and those of which it was put together. */
function sourcesOf(variable: Variable, scene: Scene): readonly Variable[] {
  const parts = variable.value === undefined ? [] : scene.mentions(variable.value);
  const { parent } = variable.ident;
  const together = parent?.kind === 'Assign' && parent.op === ':=' ? parent.lhs : [];
  const others = together.flatMap((each) => (each.kind === 'Ident' ? (each.variable ?? []) : []));
  return [variable, ...others, ...parts.flatMap((part) => part.variable ?? [])];
}

interface Started {
  readonly go: Go;
  /** The function that starts it. */
  readonly around: Func;
  readonly scene: Scene;
}

/** `conn.Close()`, `wg.Wait()`, `<-done`, `wait(done)` in the function that started it; a `select` may give up before. */
function isClosedOrAwaited(variable: Variable, { go, around, scene }: Started): boolean {
  if (variable.owner !== around || variable.scope === 'receiver') return false;
  return variable.uses.some((use) => {
    if (use.pos >= go.pos && use.pos < go.end) return false;
    const { parent } = use;
    if (parent?.kind === 'Selector' && parent.parent?.kind === 'Call' && parent.parent.fun === parent)
      return /^(?:Close|Stop|Wait|Shutdown)/.test(parent.sel.name);
    if (use.pos < go.end) return false;
    if (parent?.kind === 'Unary' && parent.op === '<-') return !isChosen(parent);
    return parent?.kind === 'Range' ? parent.x === use : isHandedOn(use, parent) && scene.typeOf(use).kind === 'chan';
  });
}

/** Given to a call that is not itself a goroutine: it may wait. */
function isHandedOn(use: Ident, parent: Node | undefined): boolean {
  return parent?.kind === 'Call' && parent.args.includes(use) && parent.parent?.kind !== 'Go';
}

/** Whether a receive is one of several that a `select` waits for. */
function isChosen(receive: Expr): boolean {
  let at: Node | undefined = receive;
  while (at !== undefined && at.kind !== 'CommClause' && at.kind !== 'Block') at = at.parent;
  return at?.kind === 'CommClause' && at.parent?.kind === 'Select' && at.parent.clauses.length > 1;
}
