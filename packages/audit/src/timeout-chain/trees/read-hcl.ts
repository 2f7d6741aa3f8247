import type { ConfigFile } from '../hop.ts';
import { Lines } from '../place.ts';
import { type Grammar, namedChildren, type SyntaxNode } from './grammar.ts';
import type { Expression } from './hcl-expression.ts';
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
  return fromParts(node ? namedChildren(node) : [], node, lines, depth);
}

/** @param whole what the parts are of: its text and its place */
function fromParts(parts: readonly SyntaxNode[], whole: SyntaxNode | undefined, lines: Lines, depth: number): Tree {
  const place = lines.place(whole?.startIndex ?? 0, whole?.endIndex ?? 0);
  const unresolved: Tree = { type: 'unresolved', text: whole?.text ?? '', place };
  const [first, ...rest] = parts;
  if (first === undefined || depth > MOST_DEPTH) return unresolved;
  const made = (it: Expression | undefined): Tree => (it ? { ...unresolved, expression: it } : unresolved);
  const part = (node: SyntaxNode): Tree => fromParts([node], node, lines, depth + 1);
  if (rest.length > 0 || first.type === 'variable_expr') return made(pathOf(first, rest, lines, depth, part));
  switch (first.type) {
    case 'literal_value':
      return literal(first, place);
    case 'collection_value':
      return collection(namedChildren(first)[0], lines, depth, place);
    case 'template_expr':
      return template(first, lines, depth, place);
    case 'expression':
      return expression(first, lines, depth + 1);
    case 'function_call': {
      const args = namedChildren(first).find(({ type }) => type === 'function_arguments');
      return made({
        form: 'call',
        name: firstOf(first, 'identifier')?.text ?? '',
        args: args ? namedChildren(args).map((arg) => expression(arg, lines, depth + 1)) : [],
      });
    }
    case 'conditional': {
      const [test, yes, no] = namedChildren(first).map((node) => expression(node, lines, depth + 1));
      return made(test && yes && no ? { form: 'choice', test, yes, no } : undefined);
    }
    case 'operation':
      return made(operation(namedChildren(first)[0], lines, depth));
    default:
      return unresolved;
  }
}

/** `var.x`, `local.x["a"].b[var.c]`. Splats and the like stay open. */
function pathOf(
  first: SyntaxNode,
  rest: readonly SyntaxNode[],
  lines: Lines,
  depth: number,
  part: (node: SyntaxNode) => Tree,
): Expression | undefined {
  const steps = rest.map((step): string | Tree | undefined => {
    if (step.type === 'get_attr') return firstOf(step, 'identifier')?.text;
    const index = step.type === 'index' ? namedChildren(step)[0] : undefined;
    const inside = index && namedChildren(index)[0];
    return inside?.type === 'expression' ? expression(inside, lines, depth + 1) : index?.text.replace(/^\./, '');
  });
  const known = steps.flatMap((step) => (step === undefined ? [] : [step]));
  if (known.length < steps.length) return undefined;
  return { form: 'path', root: first.type === 'variable_expr' ? first.text : part(first), steps: known };
}

/** The operands of a binary operation stand side by side, each as one or several nodes. */
function operation(node: SyntaxNode | undefined, lines: Lines, depth: number): Expression | undefined {
  if (node?.type !== 'binary_operation') return undefined;
  const all = node.children.filter((child): child is SyntaxNode => child !== null);
  const at = all.findIndex((child) => !child.isNamed);
  const sign = all[at]?.text;
  const [left, right] = [all.slice(0, at), all.slice(at + 1)];
  if (sign === undefined || left.length === 0 || right.length === 0) return undefined;
  return {
    form: 'binary',
    sign,
    left: fromParts(left, left[0], lines, depth + 1),
    right: fromParts(right, right[0], lines, depth + 1),
  };
}

function collection(node: SyntaxNode | undefined, lines: Lines, depth: number, place: Tree['place']): Tree {
  if (node?.type === 'tuple') {
    const items = namedChildren(node).filter(({ type }) => type === 'expression');
    return { type: 'list', items: items.map((item) => expression(item, lines, depth + 1)), place };
  }
  const entries = new Map<string, Entry>();
  for (const element of node ? namedChildren(node) : []) {
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

/** A quoted text with `${…}` in it is put together; one with directives (`%{ if }`) is decided elsewhere. */
function template(node: SyntaxNode, lines: Lines, depth: number, place: Tree['place']): Tree {
  if (!/[$%]\{/.test(node.text)) return { type: 'scalar', value: node.text.replace(/^"(.*)"$/s, '$1'), place };
  const unresolved: Tree = { type: 'unresolved', text: node.text, place };
  const quoted = namedChildren(node)[0];
  const parts = quoted ? namedChildren(quoted).filter(({ type }) => !/^quoted_template_/.test(type)) : [];
  const known = parts.flatMap((part): Tree[] => {
    if (part.type === 'template_literal') return [{ type: 'scalar', value: part.text, place }];
    return part.type === 'template_interpolation' ? [expression(firstOf(part, 'expression'), lines, depth + 1)] : [];
  });
  return known.length < parts.length ? unresolved : { ...unresolved, expression: { form: 'text', parts: known } };
}

function literalText(node: SyntaxNode): string {
  return node.text.replace(/^"(.*)"$/s, '$1');
}
