import type { Place } from '../../hazard.ts';
import type { Expression } from './hcl-expression.ts';

/** One document of YAML, JSON, TOML or HCL, every value with its place. */
export type Tree = MapTree | ListTree | ScalarTree | UnresolvedTree;

export interface MapTree {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export interface Entry {
  readonly key: Place;
  readonly value: Tree;
}

export interface ListTree {
  readonly type: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface ScalarTree {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  readonly place: Place;
  readonly note?: string;
}

/** A reference or a template: its value is decided elsewhere. */
export interface UnresolvedTree {
  readonly type: 'unresolved';
  readonly text: string;
  readonly place: Place;
  /** Of HCL: what it is made of. */
  readonly expression?: Expression;
}

/** The value under these keys; a key that is a number counts in a list. */
export function at(tree: Tree | undefined, ...path: readonly (string | number)[]): Tree | undefined {
  let here = tree;
  for (const key of path) {
    if (here === undefined) return undefined;
    if (typeof key === 'number') here = here.type === 'list' ? here.items[key] : undefined;
    else here = here.type === 'map' ? here.entries.get(key)?.value : undefined;
  }
  return here;
}

export function items(tree: Tree | undefined): readonly Tree[] {
  return tree?.type === 'list' ? tree.items : [];
}

/** A list's items, or the value alone: many formats allow either. */
export function each(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined) return [];
  return tree.type === 'list' ? tree.items : [tree];
}

export function entries(tree: Tree | undefined): readonly (readonly [string, Entry])[] {
  return tree?.type === 'map' ? [...tree.entries] : [];
}

/** Numbers and booleans as they would be written. `undefined`: absent, unresolved, or no scalar. */
export function text(tree: Tree | undefined): string | undefined {
  return tree?.type === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}

export function number(tree: Tree | undefined): number | undefined {
  const written = text(tree);
  if (written === undefined || written.trim() === '') return undefined;
  const value = Number(written);
  return Number.isFinite(value) ? value : undefined;
}
