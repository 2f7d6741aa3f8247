import { declarationOf, isNothing, MOST_STEPS, type Origin, originOf } from './origin.ts';
import { type ES, isInside, keyOf, type Node, nodesOf, remember, resolve, type Tree, unwrap } from './tree.ts';
import { writtenType } from './written-types.ts';

type ClassBody = ES.ClassBody;

/** `this.pool`: a field's initial value, its type, or what the class or the one it extends assigns. */
export function originOfField(tree: Tree, node: Node, name: string, steps: number): Origin | undefined {
  let at: Node | null | undefined = node;
  while (at && at.type !== 'ClassBody') at = at.parent;
  return at?.type === 'ClassBody' ? originInClass(tree, at, name, steps) : undefined;
}

function originInClass(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  const declared = declaredField(tree, body, name, steps);
  // What is assigned tells more than a type: how it was made.
  const assigned = declared?.made ? undefined : assignedField(tree, body, name, steps);
  const own = assigned?.made || !declared ? (assigned ?? declared) : declared;
  if (own || steps > MOST_STEPS) return own;
  const above = body.parent && 'superClass' in body.parent ? body.parent.superClass : undefined;
  const binding = above?.type === 'Identifier' ? resolve(tree, above.name, above) : undefined;
  const extended = binding && declarationOf(tree, binding);
  const declaration = extended?.binding.declaration;
  if (!extended || declaration?.type !== 'ClassDeclaration') return undefined;
  return originInClass(extended.tree, declaration.body, name, steps + 1);
}

function declaredField(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  for (const item of body.body) {
    if (item.type === 'PropertyDefinition' && keyOf(item.key, item.computed) === name) {
      const value = item.value && !isNothing(item.value) ? originOf(tree, unwrap(item.value), steps + 1) : undefined;
      const known = value ?? writtenType(tree, item);
      if (known) return known;
    }
    if (item.type === 'MethodDefinition' && item.kind === 'constructor') {
      for (const parameter of item.value.params) {
        if (parameter.type !== 'TSParameterProperty') continue;
        const own = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter;
        if (own.type === 'Identifier' && own.name === name) return writtenType(tree, own);
      }
    }
  }
  return undefined;
}

function assignedField(tree: Tree, body: ClassBody, name: string, steps: number): Origin | undefined {
  const origins = (assignedFields(tree).get(name) ?? [])
    .filter(({ left, right }) => !isNothing(right) && isInside(left, body))
    .map(({ right }) => originOf(tree, unwrap(right), steps + 1));
  const [first] = origins;
  return first && origins.every((it) => it?.path === first.path) ? first : undefined;
}

/** `this.name = …` in all of the file, by name. */
function assignedFields(tree: Tree): ReadonlyMap<string, readonly ES.AssignmentExpression[]> {
  return remember(tree, assignedFields, () => {
    const fields = new Map<string, ES.AssignmentExpression[]>();
    for (const node of nodesOf(tree, 'AssignmentExpression')) {
      const { left } = node;
      if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') continue;
      const name = keyOf(left.property, left.computed);
      const same = name === undefined ? undefined : fields.get(name);
      if (same) same.push(node);
      else if (name !== undefined) fields.set(name, [node]);
    }
    return fields;
  });
}
