import type { Call, Expr, FuncLit, Ident } from '../syntax/ast.ts';
import type { Types } from './infer.ts';
import type { FileScope, FuncEntry } from './package.ts';

/** What a call calls. */
export interface Callee {
  /** `net/http.Get`, `database/sql.DB.Exec` (the pointer left out), `.helper` and `.Store.load` of the package itself, `.` for a literal. */
  readonly id: string;
  /** There for functions of the package under audit. */
  readonly entry: FuncEntry | undefined;
  /** There for a function literal called where it stands, or through the one variable it was given to. */
  readonly literal: FuncLit | undefined;
  /** A method asked of an interface: whose code runs is not known. */
  readonly dynamic: boolean;
}

/** `f := http.Get; g := f`: no one passes a function on more often. */
export const MAX_ALIASES = 3;

/** Undefined where the declarations do not tell. */
export function calleeOf(call: Call, types: Types, file: FileScope): Callee | undefined {
  return functionOf(call.fun, types, file, 0);
}

function functionOf(fun: Expr, types: Types, file: FileScope, aliases: number): Callee | undefined {
  switch (fun.kind) {
    case 'Paren':
    case 'Index':
      return functionOf(fun.x, types, file, aliases);
    case 'FuncLit':
      return { id: '.', entry: undefined, literal: fun, dynamic: false };
    case 'Ident':
      return fun.variable === undefined ? namedFunction(fun, types, file) : aliasedFunction(fun, types, file, aliases);
    case 'Selector': {
      const path = types.importPath(fun.x, file);
      if (path !== undefined)
        return { id: `${path}.${fun.sel.name}`, entry: undefined, literal: undefined, dynamic: false };
      const member = types.member(types.typeOf(fun.x, file), fun.sel.name);
      if (member === undefined || member.kind === 'field') return undefined;
      const entry = member.kind === 'method' ? member.entry : undefined;
      const own = entry !== undefined && entry.file.pkg.path === '.' ? entry : undefined;
      const dynamic = member.kind === 'interface-method';
      return { id: shorten(`${member.owner}.${fun.sel.name}`), entry: own, literal: undefined, dynamic };
    }
    default:
      return undefined;
  }
}

/** The package under audit is `.`, its members `.name`. */
function shorten(id: string): string {
  return id.startsWith('..') ? id.slice(1) : id;
}

function namedFunction(fun: Ident, types: Types, file: FileScope): Callee | undefined {
  const entry = file.pkg.funcs.get(fun.name);
  if (entry !== undefined) return { id: `.${fun.name}`, entry, literal: undefined, dynamic: false };
  for (const path of file.dots) {
    if (types.exports(path, fun.name))
      return { id: `${path}.${fun.name}`, entry: undefined, literal: undefined, dynamic: false };
  }
  return { id: fun.name, entry: undefined, literal: undefined, dynamic: false };
}

/** Through a local variable that is given a function once and never again. */
function aliasedFunction(fun: Ident, types: Types, file: FileScope, aliases: number): Callee | undefined {
  const { variable } = fun;
  if (variable?.scope !== 'local' || variable.value === undefined || variable.valueIndex >= 0) return undefined;
  if (variable.from !== 'value' || aliases > MAX_ALIASES || variable.uses.some(isAssigned)) return undefined;
  return functionOf(variable.value, types, file, aliases + 1);
}

/** Written to, or its address taken. */
function isAssigned(use: Ident): boolean {
  const { parent } = use;
  if (parent?.kind === 'Assign') return parent.lhs.includes(use);
  return parent?.kind === 'Unary' && parent.op === '&';
}
