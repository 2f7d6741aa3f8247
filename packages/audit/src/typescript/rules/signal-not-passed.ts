import type { Outgoing } from '../clients/client.ts';
import { addOption, suggest } from '../fixes.ts';
import { outgoingCalls } from '../outgoing.ts';
import type { Report, Rule } from '../rule.ts';
import { requestSignal, signalInScope } from '../signals.ts';
import { endOf, startOf, type Tree, textOf } from '../tree.ts';

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
        const request = requestSignal(tree, outgoing.call);
        if (request !== undefined) yield describe(tree, outgoing, request);
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
