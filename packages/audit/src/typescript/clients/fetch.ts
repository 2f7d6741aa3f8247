import { isBrowser } from '../browser.ts';
import { hasLimit, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, type Node, nodesOf, resolve, type Tree, textOf, unwrap } from '../tree.ts';
import { type Client, type Outgoing, timerOf } from './client.ts';

const FETCH: ReadonlySet<string> = new Set([
  'global:fetch',
  'undici:fetch',
  'node-fetch:',
  'cross-fetch:',
  'cross-fetch:fetch',
]);
/** Conditions inside conditions that an address is chosen by. */
const MOST_CHOICES = 4;
const FETCH_HELP = 'Pass a signal: fetch(url, { signal: AbortSignal.timeout(ms) }).';

/** The one of Node, and what stands in for it. */
export const fetchClient: Client = { matches: (path) => FETCH.has(path), read: readFetch };

/** `/api/x` means something in a page only, whichever way the address was chosen. */
function isRelative(tree: Tree, url: Node | undefined, steps = 0): boolean {
  if (!url || steps > MOST_CHOICES) return false;
  const value = unwrap(url);
  if (value.type === 'ConditionalExpression') {
    return isRelative(tree, value.consequent, steps + 1) || isRelative(tree, value.alternate, steps + 1);
  }
  const binding = value.type === 'Identifier' ? resolve(tree, value.name, value) : undefined;
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : undefined;
  if (init && unwrap(init).type === 'ConditionalExpression') return isRelative(tree, init, steps + 1);
  const text = stringOf(tree, value);
  return text !== undefined && /^\.{0,2}\/(?!\/)/.test(text);
}

function readFetch(tree: Tree, call: Call): Outgoing | undefined {
  if (isBrowser(tree) || isRelative(tree, call.arguments[0])) return undefined;
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
  return {
    call,
    name: 'fetch',
    bounded: everywhere ? 'unknown' : bounded,
    signal,
    ...timerOf(tree, options),
    help: FETCH_HELP,
  };
}

function mayBeRequest(tree: Tree, target: Node): boolean {
  if (target.type === 'SpreadElement') return true;
  const origin = originOf(tree, unwrap(target))?.path;
  if (origin !== undefined && /(?:^|[:.])Request\{\}$/.test(origin)) return true;
  if (origin?.endsWith('URL{}')) return false;
  if (target.type === 'CallExpression' && /Request$/i.test(textOf(tree, target.callee))) return true;
  return target.type === 'Identifier' && /^(?:req|request|input|info|resource)$|Request$/i.test(target.name);
}
