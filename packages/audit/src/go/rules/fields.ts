import { targetOfLiteral } from '../flow/literal.ts';
import type { CompositeLit, Expr, Ident, Variable } from '../syntax/ast.ts';
import { typeName } from '../types/go-type.ts';
import type { Scene, Span } from './rule.ts';

/** A struct that the code makes: where, and what it sets, by field; later assignments to the fields of the variable it is given to too. */
export interface Made {
  readonly at: Span;
  readonly values: ReadonlyMap<string, Expr>;
}

/** By literals (not those without field names, which set every field), by `new(T)`, and by `var x T`, which are zero. */
export function madeOf(type: string, scene: Scene): readonly Made[] {
  return [...byLiteral(type, scene), ...byNew(type, scene), ...byZero(type, scene)];
}

function byLiteral(type: string, scene: Scene): Made[] {
  return scene.literals
    .filter((literal) => !isUnnamed(literal) && typeName(scene.typeOf(literal)) === type && !isPositional(literal))
    .map((literal) => {
      const values = new Map<string, Expr>();
      for (const element of literal.elements) {
        if (element.kind === 'KeyValue' && element.key.kind === 'Ident') values.set(element.key.name, element.value);
      }
      addAssigned(values, targetOfLiteral(literal));
      return { at: literal.type ?? literal, values };
    });
}

function byNew(type: string, scene: Scene): Made[] {
  return scene.callsTo(['new']).flatMap((call): Made[] => {
    const [made] = call.args;
    if (call.fun.kind !== 'Ident' || made === undefined || !denotes(made, type, scene)) return [];
    const { parent } = call;
    const target = parent?.kind === 'Assign' ? parent.lhs[parent.rhs.indexOf(call)] : undefined;
    const name = parent?.kind === 'ValueSpec' ? parent.names[parent.values.indexOf(call)] : target;
    const values = new Map<string, Expr>();
    addAssigned(values, name?.kind === 'Ident' ? name.variable : undefined);
    return [{ at: call, values }];
  });
}

/** Not of what is given a value later, or to other code by its address to be filled. */
function byZero(type: string, scene: Scene): Made[] {
  return scene.zeros.flatMap((spec) =>
    spec.type === undefined || !denotes(spec.type, type, scene)
      ? []
      : spec.names.flatMap((ident): Made[] => {
          const variable = ident.variable ?? scene.file.pkg.variables.get(ident.name)?.variable;
          if (variable === undefined || variable.uses.some(isFilled)) return [];
          const values = new Map<string, Expr>();
          addAssigned(values, variable);
          return [{ at: ident, values }];
        }),
  );
}

/** `T` itself, not a pointer to it. */
function denotes(x: Expr, type: string, scene: Scene): boolean {
  if (x.kind !== 'Selector' && x.kind !== 'Ident') return false;
  const denoted = scene.types.denoted(x, scene.file);
  return denoted.kind === 'named' && typeName(denoted) === type;
}

function isFilled(use: Ident): boolean {
  const { parent } = use;
  if (parent?.kind === 'Assign') return parent.lhs.includes(use);
  return parent?.kind === 'Unary' && parent.op === '&' && parent.parent?.kind === 'Call';
}

function addAssigned(values: Map<string, Expr>, variable: Variable | undefined): void {
  for (const use of variable?.uses ?? []) {
    const selector = use.parent;
    if (selector?.kind !== 'Selector' || selector.parent?.kind !== 'Assign') continue;
    const index = selector.parent.lhs.indexOf(selector);
    const value = selector.parent.rhs[index] ?? selector.parent.rhs[0];
    if (index >= 0 && value !== undefined) values.set(selector.sel.name, value);
  }
}

function isPositional({ elements }: CompositeLit): boolean {
  return elements.length > 0 && elements.every((element) => element.kind !== 'KeyValue');
}

/** `[]T{…}` and the like: most literals, and not worth typing. */
function isUnnamed({ type }: CompositeLit): boolean {
  return type?.kind === 'ArrayType' || type?.kind === 'MapType' || type?.kind === 'StructType';
}

/** Whether code of the package assigns this field of any value of the type that it did not make there: then what made one does not tell. */
export function isAssignedElsewhere(field: string, type: string, scene: Scene): boolean {
  return scene.assignedFields().some(({ name, owner }) => name === field && owner === type);
}
