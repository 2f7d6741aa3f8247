import { chainOf } from '../chain.ts';
import type { Answer } from '../options.ts';
import { type Call, methodOf, type Tree } from '../tree.ts';
import type { Client, Outgoing } from './client.ts';

const SUPERAGENT = /^superagent:(?:agent\(\)\.)?(?:get|post|put|patch|delete|del|head)?$/;

export const superagentClient: Client = { matches: (path) => SUPERAGENT.test(path), read: readSuperagent };

function readSuperagent(_tree: Tree, call: Call, path: string): Outgoing | undefined {
  if (path.endsWith(':')) return undefined;
  const used = chainOf(call);
  const bounded: Answer =
    used.names.includes('timeout') || used.names.includes('abort') ? 'yes' : used.ended ? 'no' : 'unknown';
  return {
    call,
    name: `superagent.${methodOf(call)}`,
    bounded,
    signal: 'unknown',
    help: 'Add .timeout({ response: ms, deadline: ms }).',
  };
}
