import type { Branch } from '../syntax/ast.ts';
import type { FlowBlock } from './graph.ts';

/** Where `break` and `continue` lead from within a statement. */
interface Target {
  readonly label: string | undefined;
  readonly onBreak: FlowBlock | undefined;
  readonly onContinue: FlowBlock | undefined;
}

/** Where the branches of a function lead, at the place where a walk through it is. */
export class Targets {
  readonly #newBlock: () => FlowBlock;
  readonly #around: Target[] = [];
  readonly #labels = new Map<string, FlowBlock>();
  /** The next clause of the `switch` around. */
  fallthrough: FlowBlock | undefined;

  constructor(newBlock: () => FlowBlock) {
    this.#newBlock = newBlock;
  }

  /** Walks a statement that `break` (and `continue`, in a loop) leave. */
  within(target: Target, walk: () => void): void {
    this.#around.push(target);
    walk();
    this.#around.pop();
  }

  labelled(name: string): FlowBlock {
    const known = this.#labels.get(name) ?? this.#newBlock();
    this.#labels.set(name, known);
    return known;
  }

  /** Undefined where the program is wrong. */
  of({ token, label }: Branch): FlowBlock | undefined {
    if (token === 'goto' && label !== undefined) return this.labelled(label);
    if (token === 'fallthrough' && this.fallthrough !== undefined) return this.fallthrough;
    const goal = (each: Target): FlowBlock | undefined => (token === 'break' ? each.onBreak : each.onContinue);
    const found = this.#around.findLast(
      (each) => goal(each) !== undefined && (label === undefined || each.label === label),
    );
    return found === undefined ? undefined : goal(found);
  }
}
