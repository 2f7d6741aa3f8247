import { type AST, parseTOML } from 'toml-eslint-parser';
import type { Place } from '../../hazard.ts';
import type { ConfigFile } from '../hop.ts';
import { Lines } from '../place.ts';
import type { Documents } from './read-yaml.ts';
import type { Entry, Tree } from './tree.ts';

type Branch = Map<string, { key: Place; value: Tree | Branch | Branch[] }>;

/** Reads TOML. Never throws. */
export function readToml({ file, text }: ConfigFile): Documents {
  const lines = new Lines(file, text);
  try {
    const root: Branch = new Map();
    for (const node of parseTOML(text).body[0].body) {
      if (node.type === 'TOMLTable') {
        const branch = descend(root, node.resolvedKey, lines.place(...node.range));
        for (const pair of node.body) put(branch, pair, lines);
      } else put(root, node, lines);
    }
    return { documents: [freeze(root, lines.place(0, text.length))], problems: [] };
  } catch (error) {
    const { lineNumber, column, message } = readParseError(error);
    return {
      documents: [],
      problems: [{ file, line: lineNumber, column: column + 1, message: `not readable as TOML: ${message}` }],
    };
  }
}

function readParseError(error: unknown): { lineNumber: number; column: number; message: string } {
  const fields: { lineNumber?: unknown; column?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return {
    lineNumber: typeof fields.lineNumber === 'number' ? fields.lineNumber : 1,
    column: typeof fields.column === 'number' ? fields.column : 0,
    message: error instanceof Error ? error.message : String(error),
  };
}

/** The table under a key; numbers count in an array of tables. */
function descend(root: Branch, keys: readonly (string | number)[], place: Place): Branch {
  let branch = root;
  for (const [index, key] of keys.entries()) {
    if (typeof key === 'number') continue;
    const after = keys[index + 1];
    const there = branch.get(key)?.value;
    if (typeof after === 'number') {
      const list: Branch[] = Array.isArray(there) ? there : [];
      if (!Array.isArray(there)) branch.set(key, { key: place, value: list });
      let element = list[after];
      if (element === undefined) {
        element = new Map();
        list[after] = element;
      }
      branch = element;
    } else {
      const next: Branch = there instanceof Map ? there : new Map();
      if (!(there instanceof Map)) branch.set(key, { key: place, value: next });
      branch = next;
    }
  }
  return branch;
}

function put(branch: Branch, pair: AST.TOMLKeyValue, lines: Lines): void {
  const keys = pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const last = keys.pop();
  if (last === undefined) return;
  const place = lines.place(...pair.key.range);
  descend(branch, keys, place).set(last, { key: place, value: valueTree(pair.value, lines) });
}

function valueTree(node: AST.TOMLContentNode, lines: Lines): Tree {
  const place = lines.place(...node.range);
  if (node.type === 'TOMLArray')
    return { type: 'list', items: node.elements.map((item) => valueTree(item, lines)), place };
  if (node.type === 'TOMLInlineTable') {
    const table: Branch = new Map();
    for (const pair of node.body) put(table, pair, lines);
    return freeze(table, place);
  }
  const value = node.value;
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { type: 'scalar', value: plain ? value : String(value), place };
}

function freeze(branch: Branch, place: Place): Tree {
  const entries = new Map<string, Entry>();
  for (const [name, { key, value }] of branch) {
    if (Array.isArray(value))
      entries.set(name, { key, value: { type: 'list', items: value.map((item) => freeze(item, key)), place: key } });
    else entries.set(name, { key, value: value instanceof Map ? freeze(value, key) : value });
  }
  return { type: 'map', entries, place };
}
