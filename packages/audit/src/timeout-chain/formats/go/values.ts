import { parseGoDuration } from '../../durations.ts';
import type { Limit } from '../../hop.ts';
import { namedChildren, type SyntaxNode } from '../../trees/grammar.ts';
import type { GoProject } from './project.ts';

/** A number, or a time in milliseconds. */
export interface GoValue {
  readonly value: number;
  readonly duration: boolean;
  /** Where it comes from. */
  readonly note?: string;
}

/** `5s` of a tag, a flag or a variable; a bare number is whatever it is multiplied with. */
export function parsedText(written: string): GoValue | undefined {
  const text = written.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return { value: Number(text), duration: false };
  const value = parseGoDuration(text);
  return value === undefined ? undefined : { value, duration: true };
}

const UNITS: Readonly<Record<string, number>> = {
  Nanosecond: 1e-6,
  Microsecond: 1e-3,
  Millisecond: 1,
  Second: 1000,
  Minute: 60_000,
  Hour: 3_600_000,
};
const MOST_STEPS = 20;
const FUNCTIONS = new Set(['function_declaration', 'method_declaration', 'func_literal']);

/** Constants and single assignments of one file, and what lies in other files: a name declared twice is unknown. */
export class GoNames {
  readonly #values = new Map<string, SyntaxNode | undefined>();
  readonly #project: GoProject;
  readonly #root: SyntaxNode;

  constructor(root: SyntaxNode, project: GoProject) {
    this.#project = project;
    this.#root = root;
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
        this.#values.set(name.text, this.#values.has(name.text) ? undefined : valueFor(values, names.length, index));
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
    if (here?.type === 'interpreted_string_literal' || here?.type === 'raw_string_literal')
      return here.text.slice(1, -1);
    // `*addr` of `flag.String("addr", ":8080", "…")`.
    if (here?.type === 'unary_expression' && here.text.startsWith('*'))
      return this.text(here.childForFieldName('operand') ?? undefined);
    const isFlag = /^(?:p?flag|fs|flags)\.String$/.test(here?.childForFieldName('function')?.text ?? '');
    return here && isFlag ? this.text(namedChildren(here.childForFieldName('arguments') ?? here)[1]) : undefined;
  }

  /** The name in `os.Getenv("X")`. */
  variable(node: SyntaxNode | undefined): string | undefined {
    const here = this.follow(node);
    if (here?.type !== 'call_expression' || here.childForFieldName('function')?.text !== 'os.Getenv') return undefined;
    return this.text(namedChildren(here.childForFieldName('arguments') ?? here)[0]);
  }

  /** `5 * time.Second` as milliseconds. Zero: no limit, for every timeout of net/http. */
  limit(node: SyntaxNode | undefined): { readonly ms: Limit; readonly note?: string } {
    const value = this.value(node);
    if (value === undefined) return { ms: 'unknown' };
    // A bare number is nanoseconds.
    const ms = value.duration ? value.value : value.value * 1e-6;
    return { ms: ms === 0 ? 'none' : ms, ...(value.note === undefined ? {} : { note: value.note }) };
  }

  /** What this package calls by a name, when it is a constant or set once. */
  packageLevel(name: string): GoValue | undefined {
    const value = this.#values.get(name);
    for (let node = value?.parent; node; node = node.parent) if (FUNCTIONS.has(node.type)) return undefined;
    return this.value(value);
  }

  value(node: SyntaxNode | undefined, steps = 0): GoValue | undefined {
    if (node?.type === 'identifier' && !this.#values.has(node.text)) return this.#project.constant(node.text);
    const here = this.follow(node, steps);
    if (!here || steps > MOST_STEPS) return undefined;
    switch (here.type) {
      case 'int_literal':
      case 'float_literal':
        return { value: Number(here.text.replaceAll('_', '')), duration: false };
      case 'interpreted_string_literal':
        return parsedText(here.text.slice(1, -1));
      case 'selector_expression':
        return this.#selected(here);
      case 'call_expression':
        return this.#called(here, steps);
      case 'unary_expression':
        // `*timeout` of a flag.
        return here.text.startsWith('*')
          ? this.value(here.childForFieldName('operand') ?? undefined, steps + 1)
          : undefined;
      case 'binary_expression':
        return this.#binary(here, steps);
      default:
        return undefined;
    }
  }

  #selected(here: SyntaxNode): GoValue | undefined {
    const operand = here.childForFieldName('operand');
    const field = here.childForFieldName('field')?.text ?? '';
    const unit = operand?.text === 'time' ? UNITS[field] : undefined;
    if (unit !== undefined) return { value: unit, duration: true };
    const path = operand?.type === 'identifier' ? this.#imported(operand.text) : undefined;
    return path === undefined ? this.#project.field(field) : this.#project.constant(field, path);
  }

  /** The path that a file imports under a name. */
  #imported(name: string): string | undefined {
    for (const spec of this.#root.descendantsOfType('import_spec')) {
      const path = spec?.childForFieldName('path')?.text.slice(1, -1) ?? '';
      if ((spec?.childForFieldName('name')?.text ?? path.split('/').at(-1)) === name) return path;
    }
    return undefined;
  }

  #called(here: SyntaxNode, steps: number): GoValue | undefined {
    const callee = here.childForFieldName('function')?.text ?? '';
    const args = namedChildren(here.childForFieldName('arguments') ?? here);
    const [first, second, third] = args;
    if (callee === 'time.Duration' || callee === 'time.ParseDuration') return this.value(first, steps + 1);
    if (callee === 'os.Getenv') return this.#fromEnvironment(this.text(first), undefined);
    const name = this.text(first);
    if (name === undefined) return undefined;
    // `flag.Duration("read-timeout", 5*time.Second, "…")`; pflag's have a short name before the value.
    if (/\.(?:Duration|Int|Int64)P?$/.test(callee) && args.length >= 3) {
      const standard = this.value(callee.endsWith('P') ? third : second, steps + 1);
      return standard && { ...standard, note: `unless the flag ${name} is given` };
    }
    if (/\.(?:GetDuration|Duration|GetInt|GetInt64|Int)$/.test(callee) && args.length === 1)
      return this.#project.named(name);
    // People's own `envDuration("READ_TIMEOUT", 5*time.Second)`.
    return /env/i.test(callee) && args.length === 2
      ? this.#fromEnvironment(name, this.value(second, steps + 1))
      : undefined;
  }

  #fromEnvironment(name: string | undefined, otherwise: GoValue | undefined): GoValue | undefined {
    const known = name === undefined ? undefined : this.#project.variable(name);
    if (!known) return otherwise && { ...otherwise, note: 'unless set from outside' };
    const value = known.value === undefined ? undefined : parsedText(known.value);
    return value && { ...value, note: `${name} in ${known.where}` };
  }

  #binary(here: SyntaxNode, steps: number): GoValue | undefined {
    const left = this.value(here.childForFieldName('left') ?? undefined, steps + 1);
    const right = this.value(here.childForFieldName('right') ?? undefined, steps + 1);
    if (!left || !right) return undefined;
    const value = calculate(here.childForFieldName('operator')?.text, left.value, right.value);
    const note = left.note ?? right.note;
    return value === undefined
      ? undefined
      : { value, duration: left.duration || right.duration, ...(note === undefined ? {} : { note }) };
  }
}

/** `timeout, err := time.ParseDuration(…)`: the first of two. */
function valueFor(values: readonly SyntaxNode[], names: number, index: number): SyntaxNode | undefined {
  const [only] = values;
  if (values.length === names) return values[index];
  const isParsed = only?.childForFieldName('function')?.text === 'time.ParseDuration';
  return isParsed && values.length === 1 && index === 0 ? only : undefined;
}

function calculate(operator: string | undefined, a: number, b: number): number | undefined {
  switch (operator) {
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    default:
      return undefined;
  }
}
