import { functionOf } from '../handlers.ts';
import { originOf, returnedOrigin } from '../origin.ts';
import { type Home, type Node, resolve, type Tree } from '../tree.ts';
import { originOfDeclared } from '../written-types.ts';
import { exportsOf } from './exports.ts';
import { isLibrary } from './libraries.ts';

const IMPORTED = /\bimport\s+(?:type\s+)?([\w$\s{},*]+?)\s*\bfrom\s*['"]([^'"]+)['"]/g;
const REQUIRED = /\b(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*require\(\s*['"]([^'"]+)['"]\s*\)/g;

/**
 * Does a file use a client, a pool or the like that another file of its project exports? Asked of the text, before its tree is built:
 * for most files the answer is no.
 */
export function importsClient(text: string, home: Home): boolean {
  for (const [, clause = '', specifier = ''] of text.matchAll(IMPORTED)) {
    if (!home.project.has(home.path, specifier)) continue;
    if (namesIn(clause).some((name) => leadsToClient(home, specifier, name))) return true;
  }
  for (const [, pattern = '', specifier = ''] of text.matchAll(REQUIRED)) {
    if (!home.project.has(home.path, specifier)) continue;
    const names = pattern.startsWith('{') ? pattern.slice(1, -1).split(',').map(firstWord) : ['='];
    if (names.some((name) => leadsToClient(home, specifier, name))) return true;
  }
  return false;
}

/** Of `a, { b as c }` or `* as d`: the names in the other file, `*` for all of it. */
function namesIn(clause: string): string[] {
  const [before = '', inside] = clause.split(/[{}]/);
  const names = inside === undefined ? [] : inside.split(',').map((it) => firstWord(it.replace(/^\s*type\s/, '')));
  if (before.includes('*')) names.push('*');
  if (/^\s*[\w$]/.test(before)) names.push('default');
  return names.filter((name) => name !== '');
}

function leadsToClient({ path, project }: Home, specifier: string, name: string): boolean {
  const found = project.find(path, specifier, name);
  if (!found) return name === '=' && leadsToClient({ path, project }, specifier, '*');
  const { tree, node } = found;
  if (node.type !== 'Program' && node.type !== 'ObjectExpression') return isClient(tree, node);
  const { own, handed, all } = exportsOf(tree);
  return handed.size + all.length > 0 || [...own.values()].some((it) => isClient(tree, it));
}

function isClient(tree: Tree, node: Node): boolean {
  const binding = node.type === 'Identifier' ? resolve(tree, node.name, node) : undefined;
  // Its fields and methods may be; a function may use one.
  if (binding?.kind === 'class' || functionOf(binding)?.async) return true;
  const type = originOfDeclared(tree, node);
  // One of its members may be.
  if (type?.shape) return true;
  const path = type?.path ?? originOf(tree, node)?.path ?? returnedOrigin(tree, node)?.path;
  return path !== undefined && isLibrary(path.slice(0, path.indexOf(':')));
}

/** `{ a: b` and `a as b`: the name in the other file. */
function firstWord(text: string): string {
  return /[\w$]+/.exec(text)?.[0] ?? '';
}
