import { outgoingCalls } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import { signalInScope } from '../signals.ts';
import type { Tree } from '../tree.ts';

export const unboundedRequest: Rule = {
  id: 'js/unbounded-request',
  severity: 'warning',
  title: 'An outgoing call has neither a signal nor a timeout',
  libraries: true,
  *find(tree: Tree) {
    for (const { call, name, bounded, help, trap } of outgoingCalls(tree)) {
      // Where there is a signal that it could take, signal-not-passed says so.
      if (bounded !== 'no' || signalInScope(tree, call)) continue;
      const message =
        trap ?? `${name}() has neither a signal nor a timeout: a peer that does not answer holds the caller up`;
      yield { node: call.callee, message: `${message}.`, help };
    }
  },
};
