import { isBrowser } from '../browser.ts';
import { type Answer, either, hasLimit, isOff, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, keyOf, methodOf, nodesOf, receiverOf, type Tree, unwrap } from '../tree.ts';
import { type Client, type Outgoing, timerOf } from './client.ts';

const AXIOS =
  /^axios:(?:create\(\)|Axios\{\}|AxiosInstance\{\})?(?:\.?(get|delete|head|options|post|put|patch|request|postForm|putForm|patchForm))?$/;

export const axiosClient: Client = { matches: (path) => AXIOS.test(path), read: readAxios };

const BODY_METHODS: ReadonlySet<string> = new Set(['post', 'put', 'patch', 'postForm', 'putForm', 'patchForm']);
const AXIOS_LIMITS = ['timeout', 'signal', 'cancelToken'];

function readAxios(tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (isBrowser(tree)) return undefined;
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
    ...timerOf(tree, options),
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
  // Only its type is known, not how it was made.
  if (path.startsWith('axios:AxiosInstance{}')) return 'unknown';
  if (!path.includes('create()')) return 'no';
  const callee = unwrap(call.callee);
  const instance = receiverOf(call) ?? callee;
  const origin = originOf(tree, instance);
  if (origin?.made?.type !== 'CallExpression') return 'unknown';
  return hasLimit(readOptions(origin.tree, origin.made.arguments[0]), AXIOS_LIMITS);
}
