import type { ConfigFile } from '../hop.ts';
import { Lines } from '../place.ts';
import { type Grammar, namedChildren, type SyntaxNode } from './grammar.ts';
import type { Documents } from './read-yaml.ts';
import type { Entry, Tree } from './tree.ts';

/** How deep blocks and expressions may nest before the reader stops descending. */
const MOST_DEPTH = 100;

/**
 * Reads HCL as Terraform writes it. Blocks become lists under their type, each with its labels: `resource "aws_lb" "main"` is
 * `resource[].{ $labels: ['aws_lb', 'main'], … }`. References stay unresolved, with their text.
 */
export function readHcl(file: ConfigFile, grammar: Grammar): Documents {
  const lines = new Lines(file.file, file.text);
  const { result, problems } = grammar.read(file, (root) => body(firstOf(root, 'body'), lines, 0));
  return { documents: result ? [result] : [], problems };
}

function firstOf(node: SyntaxNode | undefined, type: string): SyntaxNode | undefined {
  return node && namedChildren(node).find((child) => child.type === type);
}

function body(node: SyntaxNode | undefined, lines: Lines, depth: number): Tree {
  const entries = new Map<string, Entry>();
  const place = lines.place(node?.startIndex ?? 0, node?.endIndex ?? 0);
  for (const child of node && depth < MOST_DEPTH ? namedChildren(node) : []) {
    const name = firstOf(child, 'identifier');
    if (name === undefined) continue;
    const key = lines.place(name.startIndex, name.endIndex);
    if (child.type === 'attribute') {
      entries.set(name.text, { key, value: expression(firstOf(child, 'expression'), lines, depth + 1) });
    } else if (child.type === 'block') {
      const there = entries.get(name.text)?.value;
      const block = labelled(child, lines, depth);
      const items = there?.type === 'list' ? [...there.items, block] : [block];
      entries.set(name.text, { key, value: { type: 'list', items, place: key } });
    }
  }
  return { type: 'map', entries, place };
}

function labelled(block: SyntaxNode, lines: Lines, depth: number): Tree {
  const inside = body(firstOf(block, 'body'), lines, depth + 1);
  const place = lines.place(block.startIndex, block.endIndex);
  const labels = namedChildren(block)
    .filter((child) => child.type === 'string_lit')
    .map((child): Tree => ({ type: 'scalar', value: literalText(child), place }));
  const entries = new Map(inside.type === 'map' ? inside.entries : []);
  entries.set('$labels', { key: place, value: { type: 'list', items: labels, place } });
  return { type: 'map', entries, place };
}

function expression(node: SyntaxNode | undefined, lines: Lines, depth: number): Tree {
  const place = lines.place(node?.startIndex ?? 0, node?.endIndex ?? 0);
  const unresolved: Tree = { type: 'unresolved', text: node?.text ?? '', place };
  if (node === undefined || depth > MOST_DEPTH) return unresolved;
  const parts = namedChildren(node);
  const [only] = parts;
  if (only === undefined || parts.length > 1) return unresolved;
  if (only.type === 'literal_value') return literal(only, place);
  if (only.type !== 'collection_value') return only.type === 'template_expr' ? template(only, place) : unresolved;
  const [collection] = namedChildren(only);
  if (collection?.type === 'tuple') {
    const items = namedChildren(collection).filter(({ type }) => type === 'expression');
    return { type: 'list', items: items.map((item) => expression(item, lines, depth + 1)), place };
  }
  const entries = new Map<string, Entry>();
  for (const element of collection ? namedChildren(collection) : []) {
    const key = element.childForFieldName('key');
    const value = element.childForFieldName('val');
    if (!key || !value) continue;
    const name = key.text.replace(/^"(.*)"$/, '$1');
    entries.set(name, { key: lines.place(key.startIndex, key.endIndex), value: expression(value, lines, depth + 1) });
  }
  return { type: 'map', entries, place };
}

function literal(node: SyntaxNode, place: Tree['place']): Tree {
  const [kind] = namedChildren(node);
  if (kind?.type === 'string_lit') return { type: 'scalar', value: literalText(kind), place };
  if (kind?.type === 'numeric_lit') return { type: 'scalar', value: Number(kind.text), place };
  if (kind?.type === 'bool_lit') return { type: 'scalar', value: kind.text === 'true', place };
  return { type: 'scalar', value: null, place };
}

/** A quoted text with `${…}` in it is decided elsewhere; without, it is what it says. */
function template(node: SyntaxNode, place: Tree['place']): Tree {
  return /[$%]\{/.test(node.text)
    ? { type: 'unresolved', text: node.text, place }
    : { type: 'scalar', value: node.text.replace(/^"(.*)"$/s, '$1'), place };
}

function literalText(node: SyntaxNode): string {
  return node.text.replace(/^"(.*)"$/s, '$1');
}
