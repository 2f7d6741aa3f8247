import type { Func, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { contextOf, isExchange } from './request-types.ts';
import type { Scene } from './rule.ts';

export interface Handler {
  readonly func: Func;
  /** What must not be used once the handler returned: the ResponseWriter, or what a framework has for both. */
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

/** The function as an HTTP handler: it takes a ResponseWriter and a Request, or what a framework has for both, in whatever company. */
function asHandler(func: Func, scene: Scene): Handler | undefined {
  return scene.memo('handler', func, undefined, () => findHandler(func, scene));
}

function findHandler(func: Func, scene: Scene): Handler | undefined {
  const types = func.type.params.map((field) => typeName(scene.types.denoted(field.type, scene.file)));
  const exchange = types.find(isExchange);
  if (exchange !== undefined) {
    const both = parameterOf(func, exchange, scene);
    return { func, writer: both, request: both };
  }
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
  const type = typeName(scene.types.typeOfVariable(variable, scene.file));
  return type === 'net/http.Request' || contextOf(type, variable.name) !== undefined;
}

/** What the function's parameters offer as a context; undefined where none does, or a test's. */
export function offeredContext(func: Func, scene: Scene): string | undefined {
  for (const ident of parameters(func)) {
    const { variable } = ident;
    // `_`, and `_ctx` of a function that says it has no use for it.
    if (variable === undefined || ident.name.startsWith('_')) continue;
    const type = typeName(scene.types.typeOfVariable(variable, scene.file));
    const context = contextOf(type, ident.name);
    if (context !== undefined) return context;
    if (type === 'net/http.Request' && asHandler(func, scene) !== undefined) return `${ident.name}.Context()`;
  }
  return undefined;
}
