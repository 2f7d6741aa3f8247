import { keyOf, type Node, nodesOf, remember, type Tree, unwrap } from '../tree.ts';

/** A name handed on from another file. */
interface Handed {
  readonly specifier: string;
  readonly name: string;
}

export interface Exports {
  /** By name, the value or the identifier that declares it; `default` for ES modules. */
  readonly own: ReadonlyMap<string, Node>;
  /** Interfaces and aliases of the file, exported or not: they name nothing that runs. */
  readonly types: ReadonlyMap<string, Node>;
  readonly handed: ReadonlyMap<string, Handed>;
  /** `export * from`. */
  readonly all: readonly string[];
  /** `module.exports = …`. */
  readonly whole: Node | undefined;
}

interface Draft {
  readonly own: Map<string, Node>;
  readonly types: Map<string, Node>;
  readonly handed: Map<string, Handed>;
  readonly all: string[];
  whole: Node | undefined;
}

/** What a file exports, as ES module or as CommonJS. */
export function exportsOf(tree: Tree): Exports {
  return remember(tree, exportsOf, () => {
    const draft: Draft = { own: new Map(), types: new Map(), handed: new Map(), all: [], whole: undefined };
    for (const statement of tree.program.body) readStatement(statement, draft);
    for (const { left, right } of nodesOf(tree, 'AssignmentExpression')) readAssignment(left, unwrap(right), draft);
    return draft;
  });
}

function readStatement(statement: Node, draft: Draft): void {
  switch (statement.type) {
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      draft.types.set(statement.id.name, statement);
      return;
    case 'ExportAllDeclaration':
      if (statement.exported === null) draft.all.push(statement.source.value);
      return;
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement;
      const named = 'id' in declaration && declaration.id ? declaration.id : declaration;
      draft.own.set('default', named);
      return;
    }
    case 'ExportNamedDeclaration':
      for (const { local, exported } of statement.specifiers) {
        const name = nameOf(exported);
        if (statement.source) draft.handed.set(name, { specifier: statement.source.value, name: nameOf(local) });
        else draft.own.set(name, local);
      }
      if (statement.declaration) {
        readStatement(statement.declaration, draft);
        readDeclaration(statement.declaration, draft);
      }
      return;
  }
}

function readDeclaration(declaration: Node, { own }: Draft): void {
  if (declaration.type === 'VariableDeclaration') {
    for (const { id } of declaration.declarations) {
      if (id.type === 'Identifier') own.set(id.name, id);
      if (id.type !== 'ObjectPattern') continue;
      for (const property of id.properties) {
        if (property.type === 'Property' && property.value.type === 'Identifier') {
          own.set(property.value.name, property.value);
        }
      }
    }
  } else if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') {
    if (declaration.id) own.set(declaration.id.name, declaration.id);
  }
}

/** `module.exports = …`, `module.exports.pool = …`, `exports.pool = …`. */
function readAssignment(left: Node, right: Node, draft: Draft): void {
  if (left.type !== 'MemberExpression') return;
  const name = keyOf(left.property, left.computed);
  if (name === undefined) return;
  if (isNamed(left.object, 'module') && name === 'exports') readWhole(right, draft);
  else if (isNamed(left.object, 'exports') || isModuleExports(left.object)) draft.own.set(name, right);
}

function readWhole(right: Node, draft: Draft): void {
  draft.whole = right;
  if (right.type !== 'ObjectExpression') return;
  for (const property of right.properties) {
    if (property.type !== 'Property') continue;
    const key = keyOf(property.key, property.computed);
    if (key !== undefined) draft.own.set(key, unwrap(property.value));
  }
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    isNamed(node.object, 'module') &&
    keyOf(node.property, node.computed) === 'exports'
  );
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? String(node.value) : '';
}
