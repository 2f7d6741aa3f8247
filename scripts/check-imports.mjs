/**
 * Which room may import which: the table in rooms.json, checked against every import, re-export, dynamic import, type import and
 * require of the rooms' files. `outside: false` forbids Node's own modules and npm packages too. Tests may use anything from
 * outside and the rooms under `tests`. `debt` lists what breaks the rule for now: `{ file, imports, why }`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

const SOURCE = /\.[cm]?[jt]sx?$/;
const TEST = /\.test\.[cm]?[jt]sx?$|(^|\/)(testing|fixtures)\//;
const SKIPPED_FOLDERS = new Set(['dist', 'node_modules']);

/**
 * @param {string} root Folder of the workspace.
 * @param {{ rooms: Record<string, { imports: string[], outside: boolean }>, tests: string[], debt: { file: string, imports: string, why: string }[] }} table
 * @returns {{ problems: string[], files: number, imports: number }}
 */
export function checkImports(root, table) {
  const rooms = openRooms(root, table);
  const problems = findStrangers(root, table);
  const unpaid = new Set(table.debt);
  let files = 0;
  let imports = 0;
  for (const room of rooms) {
    for (const file of listSources(join(root, room.folder))) {
      files += 1;
      const shown = toPosix(relative(root, file));
      const found = readImports(shown, readFileSync(file, 'utf8'));
      imports += found.length;
      for (const { specifier, line } of found) {
        const why = judge({ root, table, rooms, room, file, specifier, isTest: TEST.test(shown) });
        if (!why) continue;
        const owed = table.debt.find((item) => item.file === shown && item.imports === specifier);
        if (owed) unpaid.delete(owed);
        else problems.push(`${shown}:${line} imports ${JSON.stringify(specifier)}: ${why}`);
      }
    }
  }
  for (const { file, imports: specifier } of unpaid) {
    problems.push(`rooms.json: ${file} no longer owes ${JSON.stringify(specifier)}: remove the line from "debt"`);
  }
  return { problems, files, imports };
}

function openRooms(root, table) {
  return Object.entries(table.rooms).flatMap(([name, rule]) => {
    const folder = [`packages/${name}`, name].find((path) => existsSync(join(root, path)));
    if (!folder) return [];
    const manifest = join(root, folder, 'package.json');
    const packageName = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).name : undefined;
    return [{ name, folder, packageName, rule }];
  });
}

function findStrangers(root, table) {
  if (!existsSync(join(root, 'packages'))) return [];
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')) && !table.rooms[name])
    .map((name) => `packages/${name} has no line in rooms.json: say there what it may import`);
}

function* listSources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) yield* listSources(path);
    if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

/** Every module a file names in a literal, with its line. */
export function readImports(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    const literal = moduleOf(node);
    if (typeof literal?.value === 'string') {
      found.push({ specifier: literal.value, line: text.slice(0, literal.start).split('\n').length });
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(program);
  return found;
}

/** The literal that names a module, for each kind of node that imports one. */
function moduleOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source ?? node.argument?.literal ?? node.argument;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression': {
      const name = node.callee.type === 'MemberExpression' ? node.callee.object.name : node.callee.name;
      return name === 'require' ? node.arguments[0] : undefined;
    }
    default:
      return undefined;
  }
}

/** Why this import is not allowed; undefined when it is. */
function judge({ root, table, rooms, room, file, specifier, isTest }) {
  const allowed = isTest ? [...room.rule.imports, ...table.tests] : room.rule.imports;
  const list = allowed.length > 0 ? `only ${allowed.join(', ')}` : 'no other room';
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = toPosix(relative(root, resolve(dirname(file), specifier)));
    if (target.startsWith(`${room.folder}/`)) return undefined;
    return `the path leaves the room; import a package by its name (${room.name} may import ${list})`;
  }
  const other = rooms.find(({ packageName }) => specifier === packageName || specifier.startsWith(`${packageName}/`));
  if (other) {
    if (other === room || allowed.includes(other.name)) return undefined;
    return `${room.name} may import ${list}, not ${other.name}`;
  }
  if (room.rule.outside || isTest) return undefined;
  const what = isBuiltin(specifier) ? 'a module of Node' : 'an npm package';
  return `${room.name} is pure, and this is ${what}`;
}

function toPosix(path) {
  return path.split(sep).join('/');
}
