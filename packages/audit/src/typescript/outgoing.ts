import { type Answer, hasLimit, isOff, type Options, readOptions, stringOf } from './options.ts';
import { originOf } from './origin.ts';
import {
  type Call,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  nodesOf,
  receiverOf,
  referencesTo,
  remember,
  resolve,
  type Tree,
  textOf,
  unwrap,
} from './tree.ts';

/** A call that asks another service. */
export interface Outgoing {
  readonly call: Call;
  /** As people call it: `fetch`, `axios.get`. */
  readonly name: string;
  /** Does anything end it in time? */
  readonly bounded: Answer;
  /** Was a signal given? */
  readonly signal: Answer;
  /** How to bound it. */
  readonly help: string;
  /** A limit is set that ends nothing. */
  readonly trap?: string;
}

const FETCH: ReadonlySet<string> = new Set([
  'global:fetch',
  'undici:fetch',
  'node-fetch:',
  'cross-fetch:',
  'cross-fetch:fetch',
]);
const UNDICI =
  /^undici:(?:request|stream|pipeline)$|^undici:(?:Client|Pool|Agent|RetryAgent)\{\}\.(?:request|stream|pipeline)$/;
const HTTP = /^https?:(?:request|get)$|^follow-redirects:https?\.(?:request|get)$/;
const AXIOS =
  /^axios:(?:create\(\)|Axios\{\})?(?:\.?(get|delete|head|options|post|put|patch|request|postForm|putForm|patchForm))?$/;
const GOT = /^got:(?:got)?(?:\.?extend\(\))*(?:\.?(?:get|post|put|patch|delete|head|stream|paginate))?$/;
const KY = /^ky:(?:\.?(?:create|extend)\(\))*(?:\.?(?:get|post|put|patch|delete|head))?$/;
const SUPERAGENT = /^superagent:(?:agent\(\)\.)?(?:get|post|put|patch|delete|del|head)?$/;
const AWS = /^(@aws-sdk\/(?:client|lib)-[\w-]+):\w+(?:\{\}|\.from\(\))\.send$/;
const GRPC_OWN: ReadonlySet<string> = new Set(['close', 'getChannel', 'waitForReady']);
const BROWSER_GLOBALS = ['window', 'document', 'localStorage', 'sessionStorage', 'location'];
const BROWSER_MODULES =
  /^(?:react|react-dom|vue|svelte|@angular\/|solid-js|preact|jquery|zustand|pinia|@tanstack\/|@vueuse\/|prosemirror-|@tiptap\/|@vue\/)/;
/** Vite's variables, and types that only pages have. */
const BROWSER_TEXT = /import\.meta\.env\b|\b(?:FileReader|XMLHttpRequest|HTML\w*Element|EventTarget)\b|\w: File\b/;

const FETCH_HELP = 'Pass a signal: fetch(url, { signal: AbortSignal.timeout(ms) }).';

/** Every outgoing call of the file whose client is known. */
export function outgoingCalls(tree: Tree): readonly Outgoing[] {
  return remember(tree, outgoingCalls, () =>
    nodesOf(tree, 'CallExpression')
      .map((call) => readOutgoing(tree, call))
      .filter((it) => it !== undefined),
  );
}

export function outgoingAt(tree: Tree, node: Node): Outgoing | undefined {
  return remember(
    tree,
    'outgoing by call',
    () => new Map<Node, Outgoing>(outgoingCalls(tree).map((it) => [it.call, it])),
  ).get(node);
}

function readOutgoing(tree: Tree, call: Call): Outgoing | undefined {
  const origin = originOf(tree, unwrap(call.callee));
  if (!origin) return undefined;
  const { path } = origin;
  if (FETCH.has(path))
    return isBrowser(tree) || isRelative(tree, call.arguments[0]) ? undefined : readFetch(tree, call);
  if (UNDICI.test(path)) return readUndici(tree, call, path);
  if (HTTP.test(path)) return readHttp(tree, call, path);
  if (path.startsWith('axios:') && AXIOS.test(path)) return isBrowser(tree) ? undefined : readAxios(tree, call, path);
  if (path.startsWith('got:') && GOT.test(path)) return readGot(tree, call, path);
  if (path.startsWith('ky:') && KY.test(path)) return readKy(tree, call, path);
  if (path.startsWith('superagent:') && SUPERAGENT.test(path)) return readSuperagent(call, path);
  if (AWS.test(path)) return readAws(tree, call);
  return readGrpc(tree, call);
}

/** Front-end code has a person before it who can go away. */
function isBrowser(tree: Tree): boolean {
  return remember(tree, isBrowser, () => {
    if (BROWSER_TEXT.test(tree.text)) return true;
    if (nodesOf(tree, 'JSXElement').length > 0 || /^\s*['"]use client['"]/.test(tree.text)) return true;
    const isGlobal = (name: string) =>
      (tree.references.get(name) ?? []).some(
        (node) => !resolve(tree, name, node) && node.parent?.type !== 'UnaryExpression',
      );
    if (BROWSER_GLOBALS.some(isGlobal)) return true;
    return nodesOf(tree, 'ImportDeclaration').some(({ source }) => BROWSER_MODULES.test(source.value));
  });
}

/** `/api/x` means something in a page only. */
function isRelative(tree: Tree, url: Node | undefined): boolean {
  const text = stringOf(tree, url);
  return text !== undefined && /^\.{0,2}\/(?!\/)/.test(text);
}

function readFetch(tree: Tree, call: Call): Outgoing {
  const [target, init] = call.arguments;
  const options = readOptions(tree, init);
  // A Request brings its own signal; a name alone may stand for one.
  const hidden = target !== undefined && mayBeRequest(tree, target);
  const signal = hidden ? 'unknown' : hasLimit(options, ['signal']);
  const bounded = hidden || options.properties.has('dispatcher') ? 'unknown' : hasLimit(options, ['signal', 'timeout']);
  const everywhere = nodesOf(tree, 'CallExpression').some(
    ({ callee, arguments: [agent] }) =>
      originOf(tree, unwrap(callee))?.path === 'undici:setGlobalDispatcher' && agent !== undefined,
  );
  return { call, name: 'fetch', bounded: everywhere ? 'unknown' : bounded, signal, help: FETCH_HELP };
}

function mayBeRequest(tree: Tree, target: Node): boolean {
  if (target.type === 'SpreadElement') return true;
  const origin = originOf(tree, unwrap(target))?.path;
  if (origin !== undefined && /(?:^|[:.])Request\{\}$/.test(origin)) return true;
  if (origin?.endsWith('URL{}')) return false;
  if (target.type === 'CallExpression' && /Request$/i.test(textOf(tree, target.callee))) return true;
  return target.type === 'Identifier' && /^(?:req|request|input|info|resource)$|Request$/i.test(target.name);
}

function readUndici(tree: Tree, call: Call, path: string): Outgoing {
  const at =
    path.startsWith('undici:request') || path.startsWith('undici:stream') || path.startsWith('undici:pipeline') ? 1 : 0;
  const options = readOptions(tree, call.arguments[at]);
  const names = ['signal', 'headersTimeout'];
  const own = options.properties.has('dispatcher') ? 'unknown' : hasLimit(options, names);
  const made = at === 0 ? madeWith(tree, call) : 'no';
  return {
    call,
    name: `undici ${path.slice(path.lastIndexOf('.') + 1).replace('undici:', '')}`,
    bounded: either(own, made),
    signal: hasLimit(options, ['signal']),
    help: 'Pass signal: AbortSignal.timeout(ms): the 300 s of headersTimeout and bodyTimeout are no total.',
  };
}

/** Limits given where the client was made, that this call uses. */
function madeWith(tree: Tree, call: Call): Answer {
  const receiver = receiverOf(call);
  const made = receiver && originOf(tree, receiver)?.made;
  if (made?.type !== 'NewExpression') return 'unknown';
  return hasLimit(readOptions(tree, made.arguments[1] ?? made.arguments[0]), ['headersTimeout', 'bodyTimeout']);
}

function either(...answers: Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function readHttp(tree: Tree, call: Call, path: string): Outgoing {
  const objects = call.arguments.filter((it) => !isFunction(unwrap(it)));
  const read = objects.map((it, at) =>
    at === 0 && isUrlLike(tree, it, objects.length) ? undefined : readOptions(tree, it),
  );
  const options = read.filter((it) => it !== undefined);
  const signal = either(...options.map((it) => hasLimit(it, ['signal'])));
  const timeout = either(...options.map((it) => hasLimit(it, ['timeout'])));
  const ended = endsOnTimeout(tree, call);
  const name = path.replace(':', '.');
  const help = `Pass signal: AbortSignal.timeout(ms) to ${name}().`;
  if (signal !== 'no' || ended !== 'no') return { call, name, bounded: either(signal, ended), signal, help };
  if (timeout === 'yes') {
    const trap = `${name}() has a timeout, but nothing listens for it: Node only emits 'timeout', the request goes on`;
    return { call, name, bounded: 'no', signal, help: `Destroy the request on 'timeout', or: ${help}`, trap };
  }
  return { call, name, bounded: timeout, signal, help };
}

function isUrlLike(tree: Tree, node: Node, count: number): boolean {
  if (stringOf(tree, node) !== undefined || count > 1) return true;
  const value = unwrap(node);
  if (originOf(tree, value)?.path.endsWith('URL{}')) return true;
  return value.type === 'Identifier' && /ur[il]$|href$|link$/i.test(value.name);
}

/** `req.setTimeout(ms, …)`, `req.on('timeout', …)`, on the call or on the variable it goes to. */
function endsOnTimeout(tree: Tree, call: Call): Answer {
  const isEnding = (used: Node): boolean => {
    const member = used.parent?.type === 'MemberExpression' && used.parent.object === used ? used.parent : undefined;
    if (!member) return false;
    const name = keyOf(member.property, member.computed);
    if (name === 'setTimeout') return true;
    const outer =
      member.parent?.type === 'CallExpression' && member.parent.callee === member ? member.parent : undefined;
    if ((name === 'on' || name === 'once') && outer)
      return stringOf(tree, outer.arguments[0]) === 'timeout' || isEnding(outer);
    return (name === 'destroy' || name === 'abort') && member.parent?.type === 'CallExpression';
  };
  if (isEnding(call)) return 'yes';
  const { parent } = call;
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
    const binding = resolve(tree, parent.id.name, parent.id);
    const references = binding ? referencesTo(tree, binding) : [];
    if (references.some(isEnding)) return 'yes';
    const isOut = references.some(
      (it) => it.parent?.type === 'ReturnStatement' || it.parent?.type === 'CallExpression',
    );
    return isOut ? 'unknown' : 'no';
  }
  const stays = parent?.type === 'ExpressionStatement' || parent?.type === 'MemberExpression';
  return stays ? 'no' : 'unknown';
}

const BODY_METHODS: ReadonlySet<string> = new Set(['post', 'put', 'patch', 'postForm', 'putForm', 'patchForm']);
const AXIOS_LIMITS = ['timeout', 'signal', 'cancelToken'];

function readAxios(tree: Tree, call: Call, path: string): Outgoing | undefined {
  const method = AXIOS.exec(path)?.[1];
  if (method === undefined && path.includes('create()') && methodOf(call) === 'create') return undefined;
  const [first] = call.arguments;
  const whole = method === 'request' || (method === undefined && stringOf(tree, first) === undefined);
  const at = whole && call.arguments.length < 2 ? 0 : method !== undefined && BODY_METHODS.has(method) ? 2 : 1;
  const options = readOptions(tree, call.arguments[at]);
  const made = axiosDefaults(tree, call, path);
  const name = method === undefined ? 'axios' : `axios.${method}`;
  const help = 'Pass timeout: ms or signal: AbortSignal.timeout(ms), or create the instance with a timeout.';
  return {
    call,
    name,
    bounded: either(hasLimit(options, AXIOS_LIMITS), made),
    signal: hasLimit(options, ['signal', 'cancelToken']),
    help,
  };
}

/** What `axios.create({ timeout })` or `axios.defaults.timeout = …` says. */
function axiosDefaults(tree: Tree, call: Call, path: string): Answer {
  const set = nodesOf(tree, 'AssignmentExpression').some(({ left, right }) => {
    if (left.type !== 'MemberExpression' || keyOf(left.property, left.computed) !== 'timeout') return false;
    const of = unwrap(left.object);
    return of.type === 'MemberExpression' && keyOf(of.property, of.computed) === 'defaults' && !isOff(right);
  });
  if (set) return 'yes';
  // Interceptors may add a signal.
  if (/\.interceptors\.request\b/.test(tree.text)) return 'unknown';
  if (!path.includes('create()')) return 'no';
  const callee = unwrap(call.callee);
  const instance = receiverOf(call) ?? callee;
  const made = originOf(tree, instance)?.made;
  return made?.type === 'CallExpression' ? hasLimit(readOptions(tree, made.arguments[0]), AXIOS_LIMITS) : 'unknown';
}

function readGot(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (methodOf(call) === 'extend') return undefined;
  const [first, second] = call.arguments;
  const names = ['timeout', 'signal'];
  const whole = first !== undefined && unwrap(first).type === 'ObjectExpression';
  const options = readOptions(tree, whole ? first : second);
  const made = path.includes('extend()') ? extendedWith(tree, receiverOf(call) ?? unwrap(call.callee), names) : 'no';
  const help = 'Pass timeout: { request: ms }, or extend got with one: it has none by default.';
  return {
    call,
    name: 'got',
    bounded: either(hasLimit(options, names), made),
    signal: hasLimit(options, ['signal']),
    help,
  };
}

function extendedWith(tree: Tree, instance: Node, names: readonly string[]): Answer {
  const made = originOf(tree, instance)?.made;
  if (made?.type !== 'CallExpression') return 'unknown';
  const own = either(...made.arguments.map((it): Answer => hasLimit(readOptions(tree, it), names)));
  const parent = receiverOf(made);
  return parent && methodOf(made) === 'extend' && parent.type !== 'Identifier' ? 'unknown' : own;
}

/** ky ends a request after 10 s unless told otherwise. */
function readKy(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (/^(?:create|extend)$/.test(methodOf(call) ?? '')) return undefined;
  const options = readOptions(tree, call.arguments[1]);
  const own = options.properties.get('timeout');
  const signal = hasLimit(options, ['signal']);
  const isUnlimited = own !== undefined && isOff(own) && signal === 'no' && !options.open;
  const help = 'Leave the timeout on, or pass a signal.';
  return { call, name: 'ky', bounded: isUnlimited && !path.includes('()') ? 'no' : 'yes', signal, help };
}

function readSuperagent(call: Call, path: string): Outgoing | undefined {
  if (path.endsWith(':')) return undefined;
  const used = chainOf(call);
  const bounded: Answer =
    used.names.includes('timeout') || used.names.includes('abort') ? 'yes' : used.ended ? 'no' : 'unknown';
  return {
    call,
    name: `superagent.${methodOf(call)}`,
    bounded,
    signal: 'unknown',
    help: 'Add .timeout({ response: ms, deadline: ms }).',
  };
}

/** The methods called on what a call gives, one after the other, and whether the chain is sent where it stands. */
export function chainOf(call: Call): {
  readonly names: readonly string[];
  readonly last: Node;
  readonly ended: boolean;
} {
  const names: string[] = [];
  let last: Node = call;
  for (;;) {
    const member: Node | null | undefined = last.parent;
    if (member?.type !== 'MemberExpression' || member.object !== last) break;
    names.push(keyOf(member.property, member.computed) ?? '?');
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) break;
    last = member.parent;
  }
  const sends = names.includes('then') || names.includes('end') || names.includes('catch') || names.includes('finally');
  return { names, last, ended: sends || last.parent?.type === 'AwaitExpression' };
}

function readAws(tree: Tree, call: Call): Outgoing {
  const receiver = receiverOf(call);
  const made = receiver && originOf(tree, receiver)?.made;
  const options: Options | undefined =
    made?.type === 'NewExpression' ? readOptions(tree, made.arguments[0]) : undefined;
  const set = options ? hasLimit(options, ['requestHandler']) : 'unknown';
  const own = readOptions(tree, call.arguments[1]);
  const help = 'Give the client a requestHandler with requestTimeout, or pass abortSignal: the SDK sets no time limit.';
  const signal = hasLimit(own, ['abortSignal']);
  return {
    call,
    name: 'AWS SDK send',
    bounded: either(hasLimit(own, ['abortSignal', 'requestTimeout']), set),
    signal,
    help,
  };
}

/** A client made with channel credentials is one of grpc-js; its calls have no deadline unless given one. */
function readGrpc(tree: Tree, call: Call): Outgoing | undefined {
  const name = methodOf(call);
  const receiver = receiverOf(call);
  if (name === undefined || !receiver || GRPC_OWN.has(name) || !tree.text.includes('@grpc/grpc-js')) return undefined;
  const made =
    receiver.type === 'Identifier' || receiver.type === 'MemberExpression' ? madeByNew(tree, receiver) : undefined;
  const credentials = made?.type === 'NewExpression' ? made.arguments[1] : undefined;
  if (!credentials || !originOf(tree, unwrap(credentials))?.path.startsWith('@grpc/grpc-js:')) return undefined;
  const rest = call.arguments.slice(1).filter((it) => !isFunction(unwrap(it)));
  const answers = rest.map((it): Answer => {
    const path = originOf(tree, unwrap(it))?.path;
    return path === '@grpc/grpc-js:Metadata{}' ? 'no' : hasLimit(readOptions(tree, it), ['deadline']);
  });
  const bounded = either('no', ...answers);
  const help = 'Pass { deadline: Date.now() + ms }: gRPC has none by default.';
  return { call, name: `gRPC ${name}`, bounded, signal: 'unknown', help };
}

function madeByNew(tree: Tree, receiver: Node): Node | undefined {
  const known = originOf(tree, receiver)?.made;
  if (known) return known;
  const binding = receiver.type === 'Identifier' ? resolve(tree, receiver.name, receiver) : undefined;
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
  return init ? unwrap(init) : undefined;
}
