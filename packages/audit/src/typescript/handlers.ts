import { isHandler } from './handler-forms.ts';
import { declarationOf } from './origin.ts';
import {
  type Binding,
  type Call,
  descendants,
  type FunctionNode,
  functionAround,
  isFunction,
  keyOf,
  type Node,
  nodesOf,
  remember,
  resolve,
  type Tree,
  unwrap,
} from './tree.ts';

/** The functions that answer requests, as frameworks are told about them. */
export function handlersOf(tree: Tree): ReadonlySet<Node> {
  return remember(tree, handlersOf, () => {
    const found = new Set<Node>();
    for (const type of ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'] as const) {
      for (const node of nodesOf(tree, type)) if (isHandler(tree, node)) found.add(node);
    }
    return found;
  });
}

/** Handlers, and what they call within the file: code that runs while a request waits. */
function requestCode(tree: Tree): ReadonlySet<Node> {
  return remember(tree, requestCode, () => {
    const found = new Set<Node>(handlersOf(tree));
    const queue = [...found];
    for (let at = queue.pop(); at; at = queue.pop()) {
      for (const node of descendants(tree, at, true)) {
        const called = node.type === 'CallExpression' ? calledFunction(tree, node) : undefined;
        if (called && !found.has(called)) {
          found.add(called);
          queue.push(called);
        }
      }
    }
    return found;
  });
}

/** Does the node run while a request waits? The nearest named function decides; callbacks belong to what passes them. */
export function isRequestCode(tree: Tree, node: Node): boolean {
  const code = requestCode(tree);
  for (let at = functionAround(node); at; at = functionAround(at)) if (code.has(at)) return true;
  return false;
}

/** The function of this file that a call runs. */
export function calledFunction(tree: Tree, call: Call): FunctionNode | undefined {
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return functionOf(resolve(tree, callee.name, callee));
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'ThisExpression') return undefined;
  const name = keyOf(callee.property, callee.computed);
  let at: Node | null | undefined = call;
  while (at && at.type !== 'ClassBody') at = at.parent;
  if (at?.type !== 'ClassBody') return undefined;
  for (const item of at.body) {
    if (item.type !== 'MethodDefinition' && item.type !== 'PropertyDefinition') continue;
    if (keyOf(item.key, item.computed) === name && isFunction(item.value)) return item.value;
  }
  return undefined;
}

/** The function that a call runs, also one that another file of the project exports. */
export function calledAnywhere(tree: Tree, call: Call): { readonly tree: Tree; readonly fn: FunctionNode } | undefined {
  const own = calledFunction(tree, call);
  if (own) return { tree, fn: own };
  const callee = unwrap(call.callee);
  const binding = callee.type === 'Identifier' ? resolve(tree, callee.name, callee) : undefined;
  const declared = binding?.kind === 'import' ? declarationOf(tree, binding) : undefined;
  const fn = declared && functionOf(declared.binding);
  return declared && fn && { tree: declared.tree, fn };
}

/** The function a name stands for, if it is always the same. */
export function functionOf(binding: Binding | undefined): FunctionNode | undefined {
  if (!binding || binding.assigned.length > 0) return undefined;
  const { declaration } = binding;
  if (binding.kind === 'function' && isFunction(declaration)) return declaration;
  if (declaration.type !== 'VariableDeclarator' || !declaration.init) return undefined;
  const value = unwrap(declaration.init);
  return isFunction(value) ? value : undefined;
}
