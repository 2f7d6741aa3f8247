import type { Expr, Func, Ident, Variable } from '../syntax/ast.ts';
import type { FileScope } from './package.ts';

/** What is known of a variable beside its name. */
export type Origin = Partial<Pick<Variable, 'scope' | 'typeExpr' | 'value' | 'from' | 'valueIndex'>>;

/** A name as the innermost block that declares it has it. */
interface Binding {
  readonly variable: Variable;
  /** Among all that are in force, in the order they were declared. */
  readonly index: number;
  /** What the name stands for again after the block. */
  readonly hidden: Binding | undefined;
}

/** The blocks around the place where a walk through a file is, and the names they declare. */
export class Scopes {
  readonly #file: FileScope;
  readonly #bindings = new Map<string, Binding | undefined>();
  readonly #declared: Binding[] = [];
  /** Where in `#declared` the innermost block begins. */
  #from = 0;
  /** The function the walk is in. */
  owner: Func | undefined;

  constructor(file: FileScope) {
    this.#file = file;
  }

  /** Begins a block. Gives what {@link leave} needs. */
  enter(): number {
    const outer = this.#from;
    this.#from = this.#declared.length;
    return outer;
  }

  leave(outer: number): void {
    while (this.#declared.length > this.#from) {
      const binding = this.#declared.pop();
      if (binding !== undefined) this.#bindings.set(binding.variable.name, binding.hidden);
    }
    this.#from = outer;
  }

  hasInnermost(name: string): boolean {
    const binding = this.#bindings.get(name);
    return binding !== undefined && binding.index >= this.#from;
  }

  declareName(ident: Ident, scope: Variable['scope'], typeExpr: Expr | undefined): void {
    this.declare(this.variable(ident, { scope, typeExpr }));
  }

  /** A variable declared where the walk is. */
  variable(ident: Ident, { scope, typeExpr, value, from, valueIndex }: Origin): Variable {
    return {
      name: ident.name,
      ident,
      scope: scope ?? 'local',
      owner: this.owner,
      typeExpr,
      value,
      from: from ?? 'value',
      valueIndex: valueIndex ?? -1,
      uses: [],
    };
  }

  declare(variable: Variable): void {
    variable.ident.variable = variable;
    if (variable.name === '_') return;
    const binding = {
      variable,
      index: this.#declared.length,
      hidden: this.#bindings.get(variable.name),
    };
    this.#declared.push(binding);
    this.#bindings.set(variable.name, binding);
  }

  /** From the innermost block outwards, then in the package. */
  lookUp(name: string): Variable | undefined {
    return this.#bindings.get(name)?.variable ?? this.#file.pkg.variables.get(name)?.variable;
  }
}
