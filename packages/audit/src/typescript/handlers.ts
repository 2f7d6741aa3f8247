import { originOf } from './origin.ts';
import {
  type Binding,
  type Call,
  descendants,
  type FunctionNode,
  functionAround,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  remember,
  resolve,
  type Tree,
  unwrap,
} from './tree.ts';

const ROUTES: ReadonlySet<string> = new Set(
  'get post put patch delete del head options all use route on register addHook preHandler'.split(' '),
);
const FRAMEWORKS =
  /^(?:express|fastify|hono|koa|@koa\/router|koa-router|restify|polka|find-my-way|@hono\/node-server|connect|itty-router|elysia|h3|http|https|http2)\b/;
const APP_NAMES = /^(?:app|api|router|server|fastify|routes?|\w+(?:App|Router|Server))$/;
const NEXT_METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const REQUEST_TYPES =
  /:(?:Request|IncomingMessage|FastifyRequest|NextApiRequest|NextRequest|APIGatewayProxyEvent(?:V2)?|Http2ServerRequest)\{\}$/;
const REQUEST_NAMES = /^_?(?:req|request)$/;
const RESPONSE_NAMES = /^_?(?:res|response|reply|rep)$/;
const ROUTE_DECORATORS: ReadonlySet<string> = new Set([
  'Get',
  'Post',
  'Put',
  'Patch',
  'Delete',
  'All',
  'Query',
  'Mutation',
]);

/** The functions that answer requests, as frameworks are told about them. */
export function handlersOf(tree: Tree): ReadonlySet<Node> {
  return remember(tree, handlersOf, () => {
    const found = new Set<Node>();
    for (const type of ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'] as const) {
      for (const node of nodesOf(tree, type)) if (isHandler(tree, node)) found.add(node);
    }
    return found;
  });
}

/** Handlers, and what they call within the file: code that runs while a request waits. */
function requestCode(tree: Tree): ReadonlySet<Node> {
  return remember(tree, requestCode, () => {
    const found = new Set<Node>(handlersOf(tree));
    const queue = [...found];
    for (let at = queue.pop(); at; at = queue.pop()) {
      for (const node of descendants(tree, at, true)) {
        const called = node.type === 'CallExpression' ? calledFunction(tree, node) : undefined;
        if (called && !found.has(called)) {
          found.add(called);
          queue.push(called);
        }
      }
    }
    return found;
  });
}

/** Does the node run while a request waits? The nearest named function decides; callbacks belong to what passes them. */
export function isRequestCode(tree: Tree, node: Node): boolean {
  const code = requestCode(tree);
  for (let at = functionAround(node); at; at = functionAround(at)) if (code.has(at)) return true;
  return false;
}

/** The function of this file that a call runs. */
export function calledFunction(tree: Tree, call: Call): FunctionNode | undefined {
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return functionOf(resolve(tree, callee.name, callee));
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'ThisExpression') return undefined;
  const name = keyOf(callee.property, callee.computed);
  let at: Node | null | undefined = call;
  while (at && at.type !== 'ClassBody') at = at.parent;
  if (at?.type !== 'ClassBody') return undefined;
  for (const item of at.body) {
    if (item.type !== 'MethodDefinition' && item.type !== 'PropertyDefinition') continue;
    if (keyOf(item.key, item.computed) === name && isFunction(item.value)) return item.value;
  }
  return undefined;
}

/** The function a name stands for, if it is always the same. */
export function functionOf(binding: Binding | undefined): FunctionNode | undefined {
  if (!binding || binding.assigned.length > 0) return undefined;
  const { declaration } = binding;
  if (binding.kind === 'function' && isFunction(declaration)) return declaration;
  if (declaration.type !== 'VariableDeclarator' || !declaration.init) return undefined;
  const value = unwrap(declaration.init);
  return isFunction(value) ? value : undefined;
}

function isHandler(tree: Tree, node: FunctionNode): boolean {
  const [first, second] = node.params;
  if (first?.type === 'Identifier' && second?.type === 'Identifier') {
    if (REQUEST_NAMES.test(first.name) && RESPONSE_NAMES.test(second.name)) return true;
  }
  if (first?.type === 'Identifier' && REQUEST_TYPES.test(originOf(tree, first)?.path ?? '')) return true;
  return isRouteArgument(tree, node) || isNextRoute(node) || isDecorated(node);
}

function isRouteArgument(tree: Tree, node: FunctionNode): boolean {
  const { parent } = node;
  // fastify.route({ handler: async () => … })
  if (parent?.type === 'Property') {
    const name = keyOf(parent.key, parent.computed);
    const call = parent.parent?.parent;
    return name === 'handler' && call?.type === 'CallExpression' && methodOf(call) === 'route';
  }
  if (parent?.type !== 'CallExpression' || parent.callee === node) return false;
  const name = methodOf(parent);
  const receiver = receiverOf(parent);
  if (name === 'createServer' || name === 'createSecureServer') return true;
  if (!receiver || name === undefined) {
    return originOf(tree, unwrap(parent.callee))?.path.endsWith(':createServer') ?? false;
  }
  if (!ROUTES.has(name)) return false;
  const [path] = parent.arguments;
  const isPath = path?.type === 'Literal' && typeof path.value === 'string';
  if (name === 'on') return isPath && path.value === 'request';
  if (name === 'register') return false;
  const origin = originOf(tree, receiver)?.path;
  if (origin !== undefined && !origin.startsWith('global:'))
    return FRAMEWORKS.test(origin) && (isPath || name === 'use');
  const named = receiver.type === 'Identifier' ? receiver.name : '';
  return APP_NAMES.test(named) && isPath && /^[/*]/.test(String(path.value));
}

/** `export async function GET(request)` and Remix's loader and action. */
export function isNextRoute(node: FunctionNode): boolean {
  if (node.type !== 'FunctionDeclaration' || !node.id) return false;
  if (node.parent?.type !== 'ExportNamedDeclaration' || node.params.length === 0) return false;
  return NEXT_METHODS.has(node.id.name);
}

function isDecorated({ parent }: FunctionNode): boolean {
  if (parent?.type !== 'MethodDefinition') return false;
  return (parent.decorators ?? []).some(({ expression }) => {
    const callee = expression.type === 'CallExpression' ? expression.callee : expression;
    return callee.type === 'Identifier' && ROUTE_DECORATORS.has(callee.name);
  });
}
