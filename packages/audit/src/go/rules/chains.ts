import { GORM_ENDS, RESTY_ENDS } from '../libraries/chains.ts';
import type { Call, Expr, Variable } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { typeName } from '../types/go-type.ts';
import { offeredContext } from './handler.ts';
import type { Scene } from './rule.ts';

/** A library whose calls are chains: a link gives the context, the last waits. */
interface Chain {
  /** Whose methods the links are. */
  readonly type: string;
  readonly ends: ReadonlySet<string>;
  readonly gives: ReadonlySet<string>;
  /** The method that begins a chain; absent: a chain begins with a field or a package's variable. */
  readonly begin?: ReadonlySet<string>;
  readonly help: (context: string) => string;
}

const resty = (path: string): Chain => ({
  type: `${path}.Request`,
  ends: new Set(RESTY_ENDS.split(' ')),
  gives: new Set(['SetContext', 'WithContext']),
  begin: new Set(['R', 'NewRequest']),
  help: (context) => `put SetContext(${context}) before it`,
});

const CHAINS: readonly Chain[] = [
  {
    type: 'gorm.io/gorm.DB',
    ends: new Set([...GORM_ENDS.split(' '), 'Begin', 'Row', 'Rows', 'Transaction']),
    gives: new Set(['WithContext', 'Session']),
    help: (context) => `put WithContext(${context}) before it`,
  },
  resty('github.com/go-resty/resty/v2'),
  resty('resty.dev/v3'),
];

/** Import paths of the libraries. */
export const CHAIN_PATHS: readonly string[] = CHAINS.map(({ type }) => type.slice(0, type.lastIndexOf('.')));

/** Variables are followed this far back: `q := db.Where(…); q = q.Order(…)`. */
const MAX_VARIABLES = 4;

/** Tells of chains without a context where one is at hand; where none is, what they are given by whoever made them is not known. */
export function checkChains(scene: Scene): void {
  const chains = scene.memo('chains', scene.file.pkg, [], () => chainsOf(scene));
  for (const chain of chains) {
    for (const call of scene.callsTo(chain.ends)) {
      if (call.fun.kind !== 'Selector' || typeName(scene.typeOf(call.fun.x)) !== chain.type) continue;
      const context = contextAround(call, scene);
      if (context === undefined || !isWithout(call.fun.x, chain, scene, 0)) continue;
      scene.report({
        at: calledName(call),
        message: `${call.fun.sel.name} is not given ${context}: it goes on when the request it serves is over`,
        help: chain.help(context),
      });
    }
  }
}

function chainsOf(scene: Scene): readonly Chain[] {
  const imported = new Set([...scene.siblings()].flatMap(({ file }) => [...file.imports.values()]));
  return CHAINS.filter((_, index) => imported.has(CHAIN_PATHS[index] ?? ''));
}

function contextAround(call: Call, scene: Scene): string | undefined {
  for (let func = enclosingFunc(call); func !== undefined; func = enclosingFunc(func)) {
    const context = offeredContext(func, scene);
    if (context !== undefined) return context;
  }
  return undefined;
}

/** Whether the chain up to here is known to begin without a context, and no link gives one. */
function isWithout(x: Expr, chain: Chain, scene: Scene, variables: number): boolean {
  switch (x.kind) {
    case 'Paren':
      return isWithout(x.x, chain, scene, variables);
    case 'Call': {
      if (x.fun.kind !== 'Selector' || chain.gives.has(x.fun.sel.name)) return false;
      if (chain.begin?.has(x.fun.sel.name) === true) return true;
      return typeName(scene.typeOf(x.fun.x)) === chain.type && isWithout(x.fun.x, chain, scene, variables);
    }
    case 'Selector':
      return chain.begin === undefined;
    case 'Ident':
      return x.variable !== undefined && isVariableWithout(x.variable, chain, scene, variables);
    default:
      return false;
  }
}

/** A parameter may have been given one by the caller. */
function isVariableWithout(variable: Variable, chain: Chain, scene: Scene, variables: number): boolean {
  const given = variable.uses.some(({ parent }) => parent?.kind === 'Selector' && chain.gives.has(parent.sel.name));
  if (given || variables > MAX_VARIABLES) return false;
  if (variable.scope === 'package') return chain.begin === undefined;
  if (variable.scope !== 'local' || variable.value === undefined || variable.valueIndex >= 0) return false;
  return isWithout(variable.value, chain, scene, variables + 1);
}
