import type { Func, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import type { Scene } from './rule.ts';

/** Types that carry a request's context, by the frameworks' own names. */
const REQUEST_TYPES = new Set([
  'net/http.Request',
  'context.Context',
  'github.com/gin-gonic/gin.Context',
  'github.com/labstack/echo/v4.Context',
  'github.com/labstack/echo.Context',
  'github.com/gofiber/fiber/v2.Ctx',
  'github.com/gofiber/fiber/v3.Ctx',
]);

export interface Handler {
  readonly func: Func;
  readonly writer: Variable | undefined;
  readonly request: Variable | undefined;
}

function parameters(func: Func): Ident[] {
  return func.type.params.flatMap((field) => field.names);
}

function parameterOf(func: Func, type: string, scene: Scene): Variable | undefined {
  return parameters(func).find((ident) => {
    const { variable } = ident;
    return variable !== undefined && typeName(scene.types.typeOfVariable(variable, scene.file)) === type;
  })?.variable;
}

/** The function as an HTTP handler: it takes a ResponseWriter and a Request, in whatever company. */
function asHandler(func: Func, scene: Scene): Handler | undefined {
  return scene.memo('handler', func, undefined, () => findHandler(func, scene));
}

function findHandler(func: Func, scene: Scene): Handler | undefined {
  const types = func.type.params.map((field) => typeName(scene.types.denoted(field.type, scene.file)));
  if (!types.includes('net/http.ResponseWriter') || !types.includes('net/http.Request')) return undefined;
  // What gives something back but an error is a helper that the handler goes on after.
  if (func.type.results.some((field) => field.type.kind !== 'Ident')) return undefined;
  return {
    func,
    writer: parameterOf(func, 'net/http.ResponseWriter', scene),
    request: parameterOf(func, 'net/http.Request', scene),
  };
}

/** The innermost handler around a node. */
export function enclosingHandler(node: Node, scene: Scene): Handler | undefined {
  for (let func = enclosingFunc(node); func !== undefined; func = enclosingFunc(func)) {
    const handler = asHandler(func, scene);
    if (handler !== undefined) return handler;
  }
  return undefined;
}

/** Whether a variable is a context, or a request that has one. */
export function carriesContext(variable: Variable, scene: Scene): boolean {
  return REQUEST_TYPES.has(typeName(scene.types.typeOfVariable(variable, scene.file)));
}

/** What the function's parameters offer as a context; undefined where none does, or a test's. */
export function offeredContext(func: Func, scene: Scene): string | undefined {
  for (const ident of parameters(func)) {
    const { variable } = ident;
    if (variable === undefined || ident.name === '_' || !carriesContext(variable, scene)) continue;
    const type = typeName(scene.types.typeOfVariable(variable, scene.file));
    if (type === 'context.Context') return ident.name;
    if (type === 'net/http.Request' && asHandler(func, scene) !== undefined) return `${ident.name}.Context()`;
  }
  return undefined;
}
