import type { Outgoing } from '../clients/client.ts';
import { addOption, suggest } from '../fixes.ts';
import { handlersOf, isNextRoute } from '../handlers.ts';
import { originOf } from '../origin.ts';
import { outgoingCalls } from '../outgoing.ts';
import type { Report, Rule } from '../rule.ts';
import { signalInScope } from '../signals.ts';
import {
  endOf,
  type FunctionNode,
  functionAround,
  type Node,
  receiverOf,
  startOf,
  type Tree,
  textOf,
} from '../tree.ts';

const WEB_REQUEST = /^(?:global:Request|next\/server:NextRequest)\{\}$/;

export const signalNotPassed: Rule = {
  id: 'js/signal-not-passed',
  severity: 'warning',
  title: 'A signal is at hand and is not passed on',
  libraries: true,
  *find(tree: Tree) {
    for (const outgoing of outgoingCalls(tree)) {
      if (outgoing.signal !== 'no' && !outgoing.timer) continue;
      const own = signalInScope(tree, outgoing.call);
      if (own !== undefined) yield describe(tree, outgoing, own);
      else if (outgoing.bounded === 'yes') {
        const request = webRequest(tree, outgoing.call);
        if (request !== undefined) yield describe(tree, outgoing, `${request}.signal`);
      }
    }
  },
};

function describe(tree: Tree, outgoing: Outgoing, signal: string): Report {
  const edit = insertSignal(outgoing, signal, tree);
  const combined = `AbortSignal.any([${signal}, AbortSignal.timeout(ms)])`;
  return {
    node: outgoing.call.callee,
    message: `${outgoing.name}() does not take ${signal}: it goes on when nobody waits for it any more.`,
    help: outgoing.bounded === 'yes' ? `Pass signal: ${combined}.` : `Pass signal: ${signal}.`,
    ...(edit ? { fix: suggest(`Pass ${signal} on`, [edit]) } : {}),
  };
}

/** Safe only where it is clear where the options belong. */
function insertSignal({ call, name, timer }: Outgoing, signal: string, tree: Tree) {
  if (timer) {
    const text = `AbortSignal.any([${signal}, ${textOf(tree, timer)}])`;
    return { start: startOf(timer), end: endOf(timer), text };
  }
  const property = signal === 'signal' ? 'signal' : `signal: ${signal}`;
  return name === 'fetch' ? addOption(call, 1, property) : undefined;
}

/** Hono's context has the Request of the Fetch standard. */
function isHonoRoute(tree: Tree, { parent }: FunctionNode): boolean {
  const receiver = parent ? receiverOf(parent) : undefined;
  return receiver !== undefined && /^hono:Hono\{\}/.test(originOf(tree, receiver)?.path ?? '');
}

/** Handlers that are given a Request of the Fetch standard: its signal ends when the caller goes. */
function webRequest(tree: Tree, call: Node): string | undefined {
  const handlers = handlersOf(tree);
  for (let at: FunctionNode | undefined = functionAround(call); at; at = functionAround(at)) {
    if (!handlers.has(at)) continue;
    const [first] = at.params;
    if (first?.type !== 'Identifier') return undefined;
    if (isHonoRoute(tree, at)) return `${first.name}.req.raw`;
    return isNextRoute(at) || WEB_REQUEST.test(originOf(tree, first)?.path ?? '') ? first.name : undefined;
  }
  return undefined;
}
