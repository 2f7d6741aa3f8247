import { originOf } from './origin.ts';
import { type FunctionNode, keyOf, methodOf, type Node, receiverOf, type Tree, textOf, unwrap } from './tree.ts';

const ROUTES: ReadonlySet<string> = new Set(
  'get post put patch delete del head options all use route on register addHook preHandler'.split(' '),
);
const FRAMEWORKS =
  /^(?:express|fastify|hono|koa|@koa\/router|koa-router|restify|polka|find-my-way|@hono\/node-server|connect|itty-router|elysia|h3|http|https|http2)\b/;
const APP_NAMES = /^(?:app|api|router|server|fastify|routes?|\w+(?:App|Router|Server))$/;
const NEXT_METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const REQUEST_TYPES =
  /:(?:Request|IncomingMessage|FastifyRequest|NextApiRequest|NextRequest|APIGatewayProxyEvent(?:V2)?|Http2ServerRequest)\{\}$/;
const CONTEXT_TYPES = /^(?:koa|hono|elysia|h3):(?:Context|ParameterizedContext|RouterContext|H3Event)\{\}$/;
const HANDLER_TYPES =
  /:(?:RequestHandler|ErrorRequestHandler|RouteHandlerMethod|NextApiHandler|APIGatewayProxyHandler(?:V2)?|Middleware|LoaderFunction|ActionFunction)\{\}$/;
const RESOLVER_TYPES = /^(?:Query|Mutation|Subscription)$/;
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
  ...['Head', 'Options', 'Search', 'Sse', 'Subscription', 'ResolveField', 'FieldResolver', 'ResolveProperty'],
  ...['MessagePattern', 'EventPattern', 'GrpcMethod', 'GrpcStreamMethod', 'SubscribeMessage'],
]);

/** Does a framework call the function with a request, by how the function is written or given to it? */
export function isHandler(tree: Tree, node: FunctionNode): boolean {
  const [first, second] = node.params;
  if (first?.type === 'Identifier' && second?.type === 'Identifier') {
    if (REQUEST_NAMES.test(first.name) && RESPONSE_NAMES.test(second.name)) return true;
  }
  const given = first?.type === 'Identifier' ? originOf(tree, first)?.path : undefined;
  if (given !== undefined && (REQUEST_TYPES.test(given) || CONTEXT_TYPES.test(given))) return true;
  return (
    isRouteArgument(tree, node) ||
    isNextRoute(node) ||
    isLoader(node) ||
    isDecorated(node) ||
    isTyped(tree, node) ||
    isProcedure(node) ||
    isResolver(node) ||
    isAction(tree, node)
  );
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

/** `export async function GET(request)` and `export const GET = async (request) => …`. */
export function isNextRoute(node: FunctionNode): boolean {
  return NEXT_METHODS.has(exportedName(node) ?? '');
}

/** Remix's and React Router's: `export async function loader({ request })`. */
export function isLoader(node: FunctionNode): boolean {
  if (!/^(?:loader|action)$/.test(exportedName(node) ?? '')) return false;
  const [first] = node.params;
  return first?.type === 'ObjectPattern' && propertyNamed(first, 'request') !== undefined;
}

/** What a parameter takes out of its argument, by the name it has there: its own name. */
export function propertyNamed(pattern: Extract<Node, { type: 'ObjectPattern' }>, name: string): string | undefined {
  for (const property of pattern.properties) {
    if (property.type !== 'Property' || keyOf(property.key, property.computed) !== name) continue;
    return property.value.type === 'Identifier' ? property.value.name : undefined;
  }
  return undefined;
}

function exportedName(node: FunctionNode): string | undefined {
  if (node.type === 'FunctionDeclaration') {
    return node.parent?.type === 'ExportNamedDeclaration' ? node.id?.name : undefined;
  }
  const declarator = node.parent;
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined;
  return declarator.parent?.parent?.type === 'ExportNamedDeclaration' ? declarator.id.name : undefined;
}

/** `const list: RequestHandler = async (asked, answer) => …`. */
function isTyped(tree: Tree, { parent }: FunctionNode): boolean {
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier' || !parent.id.typeAnnotation)
    return false;
  return HANDLER_TYPES.test(originOf(tree, parent.id)?.path ?? typeName(tree, parent.id.typeAnnotation));
}

function typeName(tree: Tree, annotation: Node): string {
  return textOf(tree, annotation).replace(/^:\s*(?:\w+\.)*(\w+).*$/s, ':$1{}');
}

/** tRPC: `publicProcedure.input(…).query(async ({ ctx, input }) => …)`. */
export function isProcedure({ parent }: FunctionNode): boolean {
  if (parent?.type !== 'CallExpression' || !/^(?:query|mutation|subscription)$/.test(methodOf(parent) ?? ''))
    return false;
  let at = receiverOf(parent);
  while (at?.type === 'CallExpression') at = receiverOf(at) ?? unwrap(at.callee);
  const name =
    at?.type === 'Identifier' ? at.name : at?.type === 'MemberExpression' ? keyOf(at.property, at.computed) : '';
  return /procedure$/i.test(name ?? '');
}

/** A map of GraphQL resolvers: `{ Query: { user: async (parent, { id }, context) => … } }`. */
function isResolver({ parent, params }: FunctionNode): boolean {
  if (parent?.type !== 'Property' || params.length > 4) return false;
  const own = parent.parent?.parent;
  if (own?.type === 'Property') return RESOLVER_TYPES.test(keyOf(own.key, own.computed) ?? '');
  // const Query = { user: async … }
  return own?.type === 'VariableDeclarator' && own.id.type === 'Identifier' && RESOLVER_TYPES.test(own.id.name);
}

/** Next's server actions: exported functions of a file, or a function, that says so. */
function isAction(tree: Tree, node: FunctionNode): boolean {
  if (!node.async || !/['"]use server['"]/.test(tree.text)) return false;
  const [own] = node.body?.type === 'BlockStatement' ? node.body.body : [];
  if (own && isUseServer(own)) return true;
  const [first] = tree.program.body;
  return first !== undefined && isUseServer(first) && exportedName(node) !== undefined;
}

function isUseServer(statement: Node): boolean {
  if (statement.type !== 'ExpressionStatement') return false;
  return statement.expression.type === 'Literal' && statement.expression.value === 'use server';
}

function isDecorated({ parent }: FunctionNode): boolean {
  if (parent?.type !== 'MethodDefinition') return false;
  return (parent.decorators ?? []).some(({ expression }) => {
    const callee = expression.type === 'CallExpression' ? expression.callee : expression;
    return callee.type === 'Identifier' && ROUTE_DECORATORS.has(callee.name);
  });
}
