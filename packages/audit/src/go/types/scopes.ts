import type { Expr, Func, Ident, Variable } from '../syntax/ast.ts';
import type { FileScope } from './package.ts';

/** The blocks around the place where a walk through a file is, innermost last, and the names each declares. */
export class Scopes {
  readonly #file: FileScope;
  readonly #blocks: Map<string, Variable>[] = [];
  /** The function the walk is in. */
  owner: Func | undefined;

  constructor(file: FileScope) {
    this.#file = file;
  }

  within(walk: () => void): void {
    this.#blocks.push(new Map());
    walk();
    this.#blocks.pop();
  }

  inFunction(func: Func, walk: () => void): void {
    const outer = this.owner;
    this.owner = func;
    this.within(walk);
    this.owner = outer;
  }

  hasInnermost(name: string): boolean {
    return this.#blocks.at(-1)?.has(name) ?? false;
  }

  declareName(ident: Ident, scope: Variable['scope'], typeExpr: Expr | undefined): void {
    this.declare({ ...this.blank(ident), scope, typeExpr });
  }

  /** A local variable nothing is known of yet. */
  blank(ident: Ident): Variable {
    return {
      name: ident.name,
      ident,
      scope: 'local',
      owner: this.owner,
      typeExpr: undefined,
      value: undefined,
      from: 'value',
      valueIndex: -1,
      uses: [],
    };
  }

  declare(variable: Variable): void {
    variable.ident.variable = variable;
    if (variable.name !== '_') this.#blocks.at(-1)?.set(variable.name, variable);
  }

  /** From the innermost block outwards, then in the package. */
  lookUp(name: string): Variable | undefined {
    // By index: asked once for every name of a program.
    for (let i = this.#blocks.length - 1; i >= 0; i -= 1) {
      const found = this.#blocks[i]?.get(name);
      if (found !== undefined) return found;
    }
    return this.#file.pkg.variables.get(name)?.variable;
  }
}
