import { type Answer, either, hasLimit, readOptions } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, isFunction, methodOf, type Node, nodesOf, type Tree, unwrap } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const HTTP_SERVICE =
  /^@nestjs\/axios:HttpService\{\}\.(?:axiosRef\.?)?(get|delete|head|request|post|put|patch|postForm|putForm|patchForm)?$/;
const BODY_METHODS = /^(?:post|put|patch)/;
const LIMITS = ['timeout', 'signal', 'cancelToken'];

/** NestJS's HttpService: axios, given its settings by the module that imports HttpModule. */
export const nestHttpClient: Client = { matches: (path) => HTTP_SERVICE.test(path), read: readNest };

function readNest(tree: Tree, call: Call, path: string): Outgoing | undefined {
  const method = HTTP_SERVICE.exec(path)?.[1];
  if (method === undefined && !path.endsWith('axiosRef')) return undefined;
  const at = method === undefined || method === 'request' ? 0 : BODY_METHODS.test(method) ? 2 : 1;
  const options = readOptions(tree, call.arguments[at]);
  return {
    call,
    name: method === undefined ? 'HttpService' : `HttpService.${method}`,
    bounded: either(hasLimit(options, LIMITS), pipedLimit(tree, call), moduleLimit(tree)),
    signal: hasLimit(options, ['signal', 'cancelToken']),
    help: 'Pass timeout: ms, or import HttpModule.register({ timeout: ms }): HttpModule alone sets none.',
  };
}

/** `.pipe(timeout(ms))` of RxJS, right where it is called. */
function pipedLimit(tree: Tree, call: Call): Answer {
  for (let at: Node | null | undefined = call.parent; at && !isFunction(at); at = at.parent) {
    if (at.type !== 'CallExpression' || methodOf(at) !== 'pipe') continue;
    const isTimeout = (it: Node): boolean => {
      const value = unwrap(it);
      return value.type === 'CallExpression' && /^rxjs(?:\/operators)?:timeout(?:With)?$/.test(calleePath(tree, value));
    };
    if (at.arguments.some(isTimeout)) return 'yes';
  }
  return 'no';
}

function calleePath(tree: Tree, call: Call): string {
  return originOf(tree, unwrap(call.callee))?.path ?? '';
}

/** What the module beside the file gives HttpModule; where none is found, nothing is known to be set. */
function moduleLimit(tree: Tree): Answer {
  if (/\.axiosRef\.(?:defaults|interceptors)\b/.test(tree.text)) return 'unknown';
  const own = limitOfModule(tree);
  if (own !== undefined) return own;
  const { home } = tree;
  const folder = home && /([^\\/]+)[\\/][^\\/]+$/.exec(home.path)?.[1];
  const base = home && /([^\\/.]+)[^\\/]*$/.exec(home.path)?.[1];
  if (!home || base === undefined) return 'no';
  const places = [
    `./${base}.module`,
    `./${folder}.module`,
    `../${base}.module`,
    `../${folder}.module`,
    './app.module',
    '../app.module',
  ];
  for (const place of places) {
    if (!home.project.has(home.path, place)) continue;
    const found = home.project.find(home.path, place, '*');
    const limit = found && limitOfModule(found.tree);
    if (limit !== undefined) return limit;
  }
  return 'no';
}

/** Undefined: the file does not import HttpModule. */
function limitOfModule(tree: Tree): Answer | undefined {
  const calls = nodesOf(tree, 'CallExpression').filter((it) =>
    calleePath(tree, it).startsWith('@nestjs/axios:HttpModule.'),
  );
  if (calls.length === 0) return tree.references.has('HttpModule') ? 'no' : undefined;
  return either(
    ...calls.map(
      (call): Answer =>
        methodOf(call) === 'register' ? hasLimit(readOptions(tree, call.arguments[0]), LIMITS) : 'unknown',
    ),
  );
}
