import type { Limit } from '../../hop.ts';
import { namedChildren, type SyntaxNode } from '../../trees/grammar.ts';

const UNITS: Readonly<Record<string, number>> = {
  Nanosecond: 1e-6,
  Microsecond: 1e-3,
  Millisecond: 1,
  Second: 1000,
  Minute: 60_000,
  Hour: 3_600_000,
};
const MOST_STEPS = 20;

/** Constants and single assignments of one file: a name declared twice is unknown. */
export class GoNames {
  readonly #values = new Map<string, SyntaxNode | undefined>();

  constructor(root: SyntaxNode) {
    for (const node of root.descendantsOfType([
      'const_spec',
      'var_spec',
      'short_var_declaration',
      'parameter_declaration',
    ])) {
      if (node === null) continue;
      const left = node.childForFieldName('left');
      const names = left
        ? namedChildren(left)
        : node.childrenForFieldName('name').filter((it): it is SyntaxNode => it !== null);
      const right = node.childForFieldName('value') ?? node.childForFieldName('right');
      const values = right ? namedChildren(right) : [];
      for (const [index, name] of names.entries()) {
        this.#values.set(
          name.text,
          this.#values.has(name.text) || values.length !== names.length ? undefined : values[index],
        );
      }
    }
  }

  /** What a name was declared as; itself when it is no name. */
  follow(node: SyntaxNode | undefined, steps = 0): SyntaxNode | undefined {
    if (!node || steps > MOST_STEPS) return undefined;
    if (node.type === 'parenthesized_expression' || node.type === 'literal_element')
      return this.follow(namedChildren(node)[0], steps + 1);
    if (node.type === 'unary_expression' && node.text.startsWith('&'))
      return this.follow(node.childForFieldName('operand') ?? undefined, steps + 1);
    return node.type === 'identifier' ? this.follow(this.#values.get(node.text), steps + 1) : node;
  }

  text(node: SyntaxNode | undefined): string | undefined {
    const here = this.follow(node);
    return here?.type === 'interpreted_string_literal' || here?.type === 'raw_string_literal'
      ? here.text.slice(1, -1)
      : undefined;
  }

  /** The name in `os.Getenv("X")`. */
  variable(node: SyntaxNode | undefined): string | undefined {
    const here = this.follow(node);
    if (here?.type !== 'call_expression' || here.childForFieldName('function')?.text !== 'os.Getenv') return undefined;
    return this.text(namedChildren(here.childForFieldName('arguments') ?? here)[0]);
  }

  /** `5 * time.Second` as milliseconds. Zero: no limit, for every timeout of net/http. */
  limit(node: SyntaxNode | undefined): Limit {
    const value = this.#evaluate(node, 0);
    if (value === undefined) return 'unknown';
    // A bare number is nanoseconds.
    const ms = value.duration ? value.value : value.value * 1e-6;
    return ms === 0 ? 'none' : ms;
  }

  #evaluate(node: SyntaxNode | undefined, steps: number): { value: number; duration: boolean } | undefined {
    const here = this.follow(node, steps);
    if (!here || steps > MOST_STEPS) return undefined;
    if (here.type === 'int_literal' || here.type === 'float_literal')
      return { value: Number(here.text.replaceAll('_', '')), duration: false };
    if (here.type === 'selector_expression') {
      const unit =
        here.childForFieldName('operand')?.text === 'time'
          ? UNITS[here.childForFieldName('field')?.text ?? '']
          : undefined;
      return unit === undefined ? undefined : { value: unit, duration: true };
    }
    if (here.type === 'call_expression' && here.childForFieldName('function')?.text === 'time.Duration') {
      const [argument] = namedChildren(here.childForFieldName('arguments') ?? here);
      return this.#evaluate(argument, steps + 1);
    }
    if (here.type !== 'binary_expression') return undefined;
    const left = this.#evaluate(here.childForFieldName('left') ?? undefined, steps + 1);
    const right = this.#evaluate(here.childForFieldName('right') ?? undefined, steps + 1);
    const operator = here.childForFieldName('operator')?.text;
    if (!left || !right) return undefined;
    const duration = left.duration || right.duration;
    if (operator === '*') return { value: left.value * right.value, duration };
    if (operator === '/') return { value: left.value / right.value, duration };
    if (operator === '+') return { value: left.value + right.value, duration };
    return operator === '-' ? { value: left.value - right.value, duration } : undefined;
  }
}
