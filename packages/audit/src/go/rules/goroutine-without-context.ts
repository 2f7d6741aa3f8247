import type { Go, Ident, Node } from '../syntax/ast.ts';
import { typeName } from '../types/go-type.ts';
import { carriesContext, enclosingHandler, type Handler } from './handler.ts';
import type { GoRule, Scene } from './rule.ts';

export const goroutineWithoutContext: GoRule = {
  info: {
    id: 'go/goroutine-without-context',
    severity: 'warning',
    title: 'A goroutine of a handler that no context can end',
  },
  about: ['net/http'],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const go of scene.goes) {
      const handler = enclosingHandler(go, scene);
      if (handler === undefined || !works(go, scene) || watches(go, handler, scene)) continue;
      scene.report({
        at: { pos: go.pos, end: go.call.kind === 'Call' ? go.call.fun.pos + NAME_SHOWN : go.end },
        message: 'the goroutine neither takes nor watches a context: it works on when the request is over',
        help: `give it ${handler.request?.name ?? 'r'}.Context(), or context.WithoutCancel with its own timeout if it is to outlive the request`,
      });
    }
  },
};

/** Columns of the started call that are shown. */
const NAME_SHOWN = 4;

/** A goroutine that only passes something on ends by itself: it must call something outside the language. */
function works(go: Go, scene: Scene): boolean {
  if (go.call.kind !== 'Call') return false;
  if (go.call.fun.kind !== 'FuncLit') return true;
  return scene.callsIn(go.call.fun).some((call) => {
    const id = scene.callee(call)?.id;
    return (
      id === undefined ||
      !(id === 'close' || id === 'panic' || id === 'recover' || id.startsWith('sync.') || id === '.')
    );
  });
}

/** Any mention of a context, a request or a method of the same receiver that may keep one counts; so does a channel it waits on. */
function watches(go: Go, handler: Handler, scene: Scene): boolean {
  return scene.mentions(go.call).some((ident) => {
    if (ident.variable === undefined) return /^ctx|context/i.test(ident.name);
    return carriesContext(ident.variable, scene) || isWaitedOn(ident, scene) || ident.variable === handler.request;
  });
}

function isWaitedOn(ident: Ident, scene: Scene): boolean {
  const parent: Node | undefined = ident.parent;
  if (parent?.kind === 'Unary' && parent.op === '<-') return true;
  if (parent?.kind === 'Range') return scene.typeOf(ident).kind === 'chan';
  return ident.variable !== undefined && typeName(scene.typeOf(ident)) === 'time.Timer';
}
