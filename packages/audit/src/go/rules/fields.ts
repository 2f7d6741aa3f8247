import { targetOfLiteral } from '../flow/literal.ts';
import type { CompositeLit, Expr } from '../syntax/ast.ts';
import { typeName } from '../types/go-type.ts';
import type { Scene } from './rule.ts';

/** What a struct literal sets, by field; where it is given to a variable, what is assigned to its fields later too. */
export interface Fields {
  readonly values: ReadonlyMap<string, Expr>;
  /** Without field names: every field is set. */
  readonly positional: boolean;
}

function fieldsOf(literal: CompositeLit): Fields {
  const values = new Map<string, Expr>();
  for (const element of literal.elements) {
    if (element.kind === 'KeyValue' && element.key.kind === 'Ident') values.set(element.key.name, element.value);
  }
  const variable = targetOfLiteral(literal);
  for (const use of variable?.uses ?? []) {
    const selector = use.parent;
    if (selector?.kind !== 'Selector' || selector.parent?.kind !== 'Assign') continue;
    const index = selector.parent.lhs.indexOf(selector);
    const value = selector.parent.rhs[index] ?? selector.parent.rhs[0];
    if (index >= 0 && value !== undefined) values.set(selector.sel.name, value);
  }
  const positional = literal.elements.length > 0 && literal.elements.every((element) => element.kind !== 'KeyValue');
  return { values, positional };
}

/** `[]T{…}` and the like: most literals, and not worth typing. */
function isUnnamed({ type }: CompositeLit): boolean {
  return type?.kind === 'ArrayType' || type?.kind === 'MapType' || type?.kind === 'StructType';
}

/** Literals of one type, with what they set. */
export function literalsOf(type: string, scene: Scene): { readonly literal: CompositeLit; readonly fields: Fields }[] {
  return scene.literals
    .filter((literal) => !isUnnamed(literal) && typeName(scene.typeOf(literal)) === type)
    .map((literal) => ({ literal, fields: fieldsOf(literal) }))
    .filter(({ fields }) => !fields.positional);
}

/** Whether code of the package assigns this field of any value of the type: then the literal alone does not tell. */
export function isAssignedElsewhere(field: string, type: string, scene: Scene): boolean {
  return scene.assignedFields().some(({ name, owner }) => name === field && owner === type);
}
