import { nameCalled } from '../called-name.ts';
import type { FuncDecl, Node } from '../syntax/ast.ts';
import type { Scene } from './rule.ts';

/** What makes a new context; as names, for what is really meant is dear to find out. */
const FRESH = ['Background', 'TODO'];

/**
 * Names of the package's functions that make a new context, or call a function with such a name, and so on: only these can detach work
 * from its request. Found by names alone, so there may be more of them than do. Empty where nothing makes a context; an empty name stands
 * for what a package's variables do.
 */
export function detachingNames(scene: Scene): ReadonlySet<string> {
  return scene.memo('detaching-names', scene.file.pkg, new Set<string>(), () => findNames(scene));
}

function findNames(scene: Scene): ReadonlySet<string> {
  const callers = new Map<string, Set<string>>();
  const names = new Set<string>();
  for (const sibling of scene.siblings()) {
    for (const call of sibling.callsTo(FRESH)) names.add(declarationAround(call)?.name.name ?? '');
  }
  if (names.size === 0) return names;
  for (const sibling of scene.siblings()) {
    for (const decl of sibling.file.tree.decls) {
      if (decl.kind !== 'FuncDecl') continue;
      for (const call of sibling.callsIn(decl)) addCaller(callers, nameCalled(call), decl.name.name);
    }
  }
  // A set that grows while it is walked is walked to its end.
  for (const name of names) for (const caller of callers.get(name) ?? []) names.add(caller);
  return names;
}

function addCaller(callers: Map<string, Set<string>>, called: string, caller: string): void {
  const known = callers.get(called);
  if (known === undefined) callers.set(called, new Set([caller]));
  else known.add(caller);
}

function declarationAround(node: Node): FuncDecl | undefined {
  let at: Node | undefined = node;
  while (at !== undefined && at.kind !== 'FuncDecl') at = at.parent;
  return at;
}
