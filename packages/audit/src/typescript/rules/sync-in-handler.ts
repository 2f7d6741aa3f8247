import { suggest } from '../fixes.ts';
import { isRequestCode } from '../handlers.ts';
import { originOf } from '../origin.ts';
import type { Report, Rule } from '../rule.ts';
import {
  type Call,
  endOf,
  functionAround,
  isInside,
  type Node,
  nodesOf,
  resolve,
  startOf,
  type Tree,
  textOf,
  unwrap,
} from '../tree.ts';

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

/** Of fs: what fs.promises has with the same arguments and the same result. */
const PROMISED: ReadonlySet<string> = new Set(
  'readFileSync writeFileSync appendFileSync mkdirSync readdirSync rmSync statSync unlinkSync copyFileSync renameSync'.split(
    ' ',
  ),
);

export const syncInHandler: Rule = {
  id: 'js/sync-in-handler',
  severity: 'warning',
  title: 'A handler blocks the event loop with a synchronous call',
  words: /Sync\b/,
  *find(tree: Tree) {
    for (const call of nodesOf(tree, 'CallExpression')) {
      const name = MODULES.exec(originOf(tree, unwrap(call.callee))?.path ?? '')?.[1];
      if (
        !name?.endsWith('Sync') ||
        HARMLESS.has(name) ||
        !isRequestCode(tree, call) ||
        isKept(call) ||
        isKeptBefore(tree, call) ||
        isMadeOnce(tree, call, name)
      )
        continue;
      yield {
        node: call.callee,
        message: `${name}() blocks the event loop while a request is answered: every other request waits as well.`,
        help: `Use the asynchronous ${name.replace(/Sync$/, '')}(), or do it once at start.`,
        ...fixOf(tree, call, name),
      };
    }
  },
};

/** `if (!existsSync(folder)) mkdirSync(folder)`: the first time only. */
function isMadeOnce(tree: Tree, call: Call, name: string): boolean {
  const block = call.parent?.parent;
  const test =
    block?.type === 'IfStatement' ? block.test : block?.parent?.type === 'IfStatement' ? block.parent.test : undefined;
  return name === 'mkdirSync' && test !== undefined && /existsSync/.test(textOf(tree, test));
}

/** `page ??= readFileSync(…)` and `page ?? (page = readFileSync(…))`: once, then it is there. */
function isKept({ parent }: Call): boolean {
  if (parent?.type !== 'AssignmentExpression') return false;
  if (parent.operator === '??=' || parent.operator === '||=') return true;
  const outer = parent.parent?.type === 'ParenthesizedExpression' ? parent.parent.parent : parent.parent;
  return outer?.type === 'LogicalExpression';
}

/** `if (page) return page; page = readFileSync(…)`, with `page` declared outside: the first time only. */
function isKeptBefore(tree: Tree, call: Call): boolean {
  const { parent } = call;
  const own = functionAround(call);
  if (parent?.type !== 'AssignmentExpression' || parent.left.type !== 'Identifier' || !own) return false;
  const { name } = parent.left;
  const declared = resolve(tree, name, call)?.identifier;
  if (!declared || isInside(declared, own)) return false;
  const asks = (test: Node) =>
    new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(textOf(tree, test));
  const before =
    own.body?.type === 'BlockStatement'
      ? own.body.body.filter((it) => it.type === 'IfStatement' && startOf(it) < startOf(call))
      : [];
  return before.some((it) => it.type === 'IfStatement' && asks(it.test));
}

/** `fs.readFileSync(…)` in an async function: `await fs.promises.readFile(…)`. */
function fixOf(tree: Tree, call: Call, name: string): Pick<Report, 'fix'> {
  const callee = unwrap(call.callee);
  if (callee.type !== 'MemberExpression' || originOf(tree, callee.object)?.path !== 'fs:') return {};
  if (!functionAround(call)?.async || !PROMISED.has(name)) return {};
  const text = `await ${textOf(tree, callee.object)}.promises.${name.slice(0, -'Sync'.length)}`;
  const isUsed = call.parent?.type === 'MemberExpression';
  const edits = [{ start: startOf(callee), end: endOf(callee), text: isUsed ? `(${text}` : text }];
  if (isUsed) edits.push({ start: endOf(call), end: endOf(call), text: ')' });
  return { fix: suggest(`Use ${text}()`, edits) };
}
