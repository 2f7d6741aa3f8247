import type { Place } from '../../hazard.ts';
import { at, type Entry, items, number, type Tree, text } from './tree.ts';

/** What a reference or a calculation in HCL is made of; its parts may themselves be unresolved. */
export type Expression =
  | { readonly form: 'path'; readonly root: string | Tree; readonly steps: readonly (string | Tree)[] }
  | { readonly form: 'call'; readonly name: string; readonly args: readonly Tree[] }
  | { readonly form: 'choice'; readonly test: Tree; readonly yes: Tree; readonly no: Tree }
  | { readonly form: 'text'; readonly parts: readonly Tree[] }
  | { readonly form: 'binary'; readonly sign: string; readonly left: Tree; readonly right: Tree };

/** What a name like `var.x` or `local.y` stands for; `undefined`: decided elsewhere. */
export type Named = (scope: string, name: string) => Tree | undefined;

/** References and calculations nested deeper are a circle. */
const MOST_DEPTH = 60;

/** Every reference that can be decided replaced by its value; the others stay as they are. */
export function resolveHcl(tree: Tree, named: Named, depth = 0): Tree {
  if (depth > MOST_DEPTH) return tree;
  const inside = (part: Tree) => resolveHcl(part, named, depth + 1);
  if (tree.type === 'list') return { ...tree, items: tree.items.map(inside) };
  if (tree.type === 'map') {
    const resolved = new Map<string, Entry>();
    for (const [key, entry] of tree.entries) resolved.set(key, { key: entry.key, value: inside(entry.value) });
    return { ...tree, entries: resolved };
  }
  if (tree.type !== 'unresolved' || tree.expression === undefined) return tree;
  const value = evaluate(tree.expression, named, inside, tree.place);
  // Where it is used is what people look for; where its value stands is in the note.
  return value === undefined || value.type === 'unresolved'
    ? tree
    : value.type === 'scalar'
      ? { ...value, place: tree.place }
      : value;
}

type Inside = (part: Tree) => Tree;

function evaluate(expression: Expression, named: Named, inside: Inside, place: Place): Tree | undefined {
  switch (expression.form) {
    case 'path':
      return follow(expression, named, inside);
    case 'call':
      return call(expression.name, expression.args.map(inside), place);
    case 'choice': {
      const test = text(inside(expression.test));
      return test === 'true' ? inside(expression.yes) : test === 'false' ? inside(expression.no) : undefined;
    }
    case 'text': {
      const parts = expression.parts.map(inside);
      const [only] = parts;
      if (parts.length === 1) return only;
      const texts = parts.map(text);
      return texts.includes(undefined) ? undefined : { type: 'scalar', value: texts.join(''), place };
    }
    case 'binary':
      return binary(expression.sign, inside(expression.left), inside(expression.right), place);
  }
}

function follow(
  { root, steps }: { readonly root: string | Tree; readonly steps: readonly (string | Tree)[] },
  named: Named,
  inside: Inside,
): Tree | undefined {
  const [first, ...rest] = steps;
  const isNamed = typeof root === 'string';
  const start = isNamed ? (typeof first === 'string' ? named(root, first) : undefined) : root;
  let here = start && inside(start);
  for (const step of isNamed ? rest : steps) {
    const key = typeof step === 'string' ? step : text(inside(step));
    if (key === undefined) return undefined;
    here = here?.type === 'list' ? at(here, Number(key)) : at(here, key);
  }
  return here;
}

/** Of Terraform's functions those that people choose limits with. */
function call(name: string, args: readonly Tree[], place: Place): Tree | undefined {
  const [first, second, third] = args;
  switch (name) {
    case 'coalesce':
      return firstOf(args, (tree) => tree.type !== 'scalar' || (tree.value !== null && tree.value !== ''));
    case 'try':
      return args.find(({ type }) => type !== 'unresolved');
    case 'lookup': {
      const key = text(second);
      if (first?.type !== 'map' || key === undefined) return undefined;
      return at(first, key) ?? third;
    }
    case 'element':
      return items(first)[(number(second) ?? 0) % Math.max(1, items(first).length)];
    case 'merge':
      return args.every(({ type }) => type === 'map')
        ? {
            type: 'map',
            entries: new Map(args.flatMap((tree) => (tree.type === 'map' ? [...tree.entries] : []))),
            place,
          }
        : undefined;
    case 'jsonencode':
    case 'tonumber':
    case 'tostring':
    case 'tomap':
      return first;
    case 'max':
    case 'min': {
      const numbers = args.map(number);
      if (numbers.includes(undefined)) return undefined;
      const known = numbers.flatMap((it) => it ?? []);
      return { type: 'scalar', value: name === 'max' ? Math.max(...known) : Math.min(...known), place };
    }
    default:
      return undefined;
  }
}

/** An argument that is decided elsewhere may well be the one. */
function firstOf(args: readonly Tree[], fits: (tree: Tree) => boolean): Tree | undefined {
  const found = args.find((tree) => tree.type === 'unresolved' || fits(tree));
  return found?.type === 'unresolved' ? undefined : found;
}

function binary(sign: string, left: Tree, right: Tree, place: Place): Tree | undefined {
  const [a, b] = [text(left), text(right)];
  if (a === undefined || b === undefined) return undefined;
  const value = calculate(sign, a, b);
  const note = (left.type === 'scalar' ? left.note : undefined) ?? (right.type === 'scalar' ? right.note : undefined);
  return value === undefined || Number.isNaN(value)
    ? undefined
    : { type: 'scalar', value, place, ...(note === undefined ? {} : { note }) };
}

function calculate(sign: string, a: string, b: string): number | boolean | undefined {
  const [x, y] = [Number(a), Number(b)];
  switch (sign) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '>':
      return x > y;
    case '<':
      return x < y;
    case '>=':
      return x >= y;
    case '<=':
      return x <= y;
    default:
      return undefined;
  }
}
