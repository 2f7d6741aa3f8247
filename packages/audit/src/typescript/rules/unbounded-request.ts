import { outgoingCalls } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import { signalInScope } from '../signals.ts';
import type { Tree } from '../tree.ts';

/** Words that a file with an outgoing call has. */
export const CLIENT_WORDS = ['fetch', 'undici', 'http', 'axios', 'got', 'ky', 'superagent', 'grpc', '@aws-sdk'];

export const unboundedRequest: Rule = {
  id: 'js/unbounded-request',
  severity: 'warning',
  title: 'An outgoing call has neither a signal nor a timeout',
  words: CLIENT_WORDS,
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
