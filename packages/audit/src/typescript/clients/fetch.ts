import { isBrowser } from '../browser.ts';
import { hasLimit, readOptions, stringOf } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, type Node, nodesOf, type Tree, textOf, unwrap } from '../tree.ts';
import { type Client, type Outgoing, timerOf } from './client.ts';

const FETCH: ReadonlySet<string> = new Set([
  'global:fetch',
  'undici:fetch',
  'node-fetch:',
  'cross-fetch:',
  'cross-fetch:fetch',
]);
const FETCH_HELP = 'Pass a signal: fetch(url, { signal: AbortSignal.timeout(ms) }).';

/** The one of Node, and what stands in for it. */
export const fetchClient: Client = { matches: (path) => FETCH.has(path), read: readFetch };

/** `/api/x` means something in a page only. */
function isRelative(tree: Tree, url: Node | undefined): boolean {
  const text = stringOf(tree, url);
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
