import { isRequestCode } from '../handlers.ts';
import { originOf } from '../origin.ts';
import type { Rule } from '../rule.ts';
import { nodesOf, type Tree, unwrap } from '../tree.ts';

const MODULES = /^(?:fs|fs-extra|graceful-fs|crypto|zlib|child_process|bcrypt|bcryptjs):(?:promises\.)?(\w+)$/;
/** What is sync by name and takes no time. */
const HARMLESS: ReadonlySet<string> = new Set([
  'existsSync',
  'accessSync',
  'generateKeySync',
  'closeSync',
  'openSync',
  'unwatchFile',
]);

export const syncInHandler: Rule = {
  id: 'js/sync-in-handler',
  severity: 'warning',
  title: 'A handler blocks the event loop with a synchronous call',
  words: /Sync\b/,
  *find(tree: Tree) {
    for (const call of nodesOf(tree, 'CallExpression')) {
      const name = MODULES.exec(originOf(tree, unwrap(call.callee))?.path ?? '')?.[1];
      if (!name?.endsWith('Sync') || HARMLESS.has(name) || !isRequestCode(tree, call)) continue;
      yield {
        node: call.callee,
        message: `${name}() blocks the event loop while a request is answered: every other request waits as well.`,
        help: `Use the asynchronous ${name.replace(/Sync$/, '')}(), or do it once at start.`,
      };
    }
  },
};
