import { schemaMember } from './schemas.ts';
import type { FileScope } from './scope.ts';
import { bare, child, children, type EsNode, nameOf, property, returned, walk } from './syntax.ts';

/** What lies under a name in something that was followed: options, a module, a class, an instance, an enum, a schema that was applied. */
export function memberOf(scope: FileScope, object: EsNode, name: string, steps: number): EsNode | undefined {
  const owner = scope.modules.ownerOf(object) ?? scope;
  if (object.type === 'ObjectExpression') return gotten(property(object, name), object, name);
  if (object.type === 'Module') return owner.exported(name, steps + 1);
  if (object.type === 'TSEnumDeclaration') {
    const members = children(child(object, 'body') ?? object, 'members');
    return child(
      members.find((it) => nameOf(child(it, 'id')) === name),
      'initializer',
    );
  }
  if (/^Class/.test(object.type)) return classMember(object, name, true);
  if (object.type === 'NewExpression') {
    const made = owner.follow(child(object, 'callee'), steps + 1);
    return made && /^Class/.test(made.type) ? classMember(made, name, false) : undefined;
  }
  return schemaMember(owner, object, name, steps + 1);
}

/** `get timeout() { return 5000; }`: what it returns. */
function gotten(value: EsNode | undefined, object: EsNode, name: string): EsNode | undefined {
  const found = children(object, 'properties').findLast((it) => nameOf(child(it, 'key')) === name);
  return found?.kind === 'get' ? returned(value) : value;
}

function classMember(made: EsNode, name: string, isStatic: boolean): EsNode | undefined {
  const members = children(child(made, 'body'), 'body');
  const assigned = isStatic ? [] : assignedInConstructor(members, name);
  // Assigned as well as declared: the assignment is later; assigned twice: not known which.
  if (assigned.length > 0) return assigned.length === 1 ? assigned[0] : undefined;
  const found = members.find((it) => (it.static === true) === isStatic && nameOf(child(it, 'key')) === name);
  if (found?.type === 'MethodDefinition') return found.kind === 'get' ? returned(child(found, 'value')) : undefined;
  return child(found, 'value');
}

/** `this.timeout = …`. */
function assignedInConstructor(members: readonly EsNode[], name: string): EsNode[] {
  const made = members.find(({ kind }) => kind === 'constructor');
  if (!made) return [];
  return [...walk(made)].flatMap((node) => {
    const left = node.type === 'AssignmentExpression' ? bare(child(node, 'left')) : undefined;
    const isThis = left?.type === 'MemberExpression' && child(left, 'object')?.type === 'ThisExpression';
    const right = child(node, 'right');
    return isThis && right && nameOf(child(left, 'property')) === name ? [right] : [];
  });
}
