import { addOption, type Fix, SUGGESTED_MS, suggest } from '../fixes.ts';
import { outgoingCalls } from '../outgoing.ts';
import type { Rule } from '../rule.ts';
import { signalInScope } from '../signals.ts';
import type { Call, Tree } from '../tree.ts';

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
      const fix = limitCall(call, name);
      yield { node: call.callee, message: `${message}.`, help, ...(fix ? { fix } : {}) };
    }
  },
};

/** What a call takes, by name: which argument holds the options, and what bounds it there. */
const LIMITS: Readonly<Record<string, { readonly at: number; readonly property: string } | undefined>> = {
  fetch: { at: 1, property: `signal: AbortSignal.timeout(${SUGGESTED_MS})` },
  got: { at: 1, property: `timeout: { request: ${SUGGESTED_MS} }` },
  'axios.get': { at: 1, property: `timeout: ${SUGGESTED_MS}` },
  'axios.delete': { at: 1, property: `timeout: ${SUGGESTED_MS}` },
  'axios.head': { at: 1, property: `timeout: ${SUGGESTED_MS}` },
  'axios.post': { at: 2, property: `timeout: ${SUGGESTED_MS}` },
  'axios.put': { at: 2, property: `timeout: ${SUGGESTED_MS}` },
  'axios.patch': { at: 2, property: `timeout: ${SUGGESTED_MS}` },
  'undici request': { at: 1, property: `signal: AbortSignal.timeout(${SUGGESTED_MS})` },
};

function limitCall(call: Call, name: string): Fix | undefined {
  const limit = LIMITS[name];
  const edit = limit && addOption(call, limit.at, limit.property);
  return edit && suggest(`Add ${limit.property}`, [edit]);
}
