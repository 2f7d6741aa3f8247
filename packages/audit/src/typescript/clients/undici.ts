import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, receiverOf, type Tree } from '../tree.ts';
import { type Client, type Outgoing, timerOf } from './client.ts';

const UNDICI =
  /^undici:(?:request|stream|pipeline)$|^undici:(?:Client|Pool|Agent|RetryAgent)\{\}\.(?:request|stream|pipeline)$/;

export const undiciClient: Client = { matches: (path) => UNDICI.test(path), read: readUndici };

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
    ...timerOf(tree, options),
    help: 'Pass signal: AbortSignal.timeout(ms): the 300 s of headersTimeout and bodyTimeout are no total.',
  };
}

/** Limits given where the client was made, that this call uses. */
function madeWith(tree: Tree, call: Call): Answer {
  const receiver = receiverOf(call);
  const origin = receiver && originOf(tree, receiver);
  if (origin?.made?.type !== 'NewExpression') return 'unknown';
  const { arguments: given } = origin.made;
  return hasLimit(readOptions(origin.tree, given[1] ?? given[0]), ['headersTimeout', 'bodyTimeout']);
}
