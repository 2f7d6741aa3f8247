import { declaredVariable } from './schemas.ts';
import { type FileScope, MOST_STEPS } from './scope.ts';
import { child, children, type EsNode, nameOf, returned } from './syntax.ts';
import { arithmetic, FALLBACK, leading, literalValue, MS_UNITS, toNumber, UNKNOWN, type Value } from './values.ts';

/** The value of an expression of this file that is no name any more. */
export function evaluate(scope: FileScope, here: EsNode, steps: number): Value {
  if (steps > MOST_STEPS) return UNKNOWN;
  const again = (field: string) => scope.evaluate(child(here, field), steps + 1);
  switch (here.type) {
    case 'MemberExpression': {
      const path = environmentPath(scope, here, steps);
      return path?.startsWith('process.env.') ? scope.variable(path.slice('process.env.'.length)) : UNKNOWN;
    }
    case 'UnaryExpression':
      return here.operator === '+'
        ? toNumber(again('argument'))
        : here.operator === '-'
          ? arithmetic('-', { value: 0 }, again('argument'))
          : UNKNOWN;
    case 'ConditionalExpression':
      return choose(again('test'), again);
    case 'Literal':
      return literalValue(here);
    case 'TemplateLiteral':
      return template(scope, here, steps);
    case 'BinaryExpression':
      return arithmetic(String(here.operator), again('left'), again('right'));
    case 'LogicalExpression':
      return here.operator === '&&' ? UNKNOWN : eitherOf(String(here.operator), again);
    case 'CallExpression':
      return called(scope, here, steps);
    default:
      return UNKNOWN;
  }
}

function eitherOf(operator: string, again: (field: string) => Value): Value {
  const left = again('left');
  if (left.hidden) return left;
  if (left.value !== undefined && (operator === '??' || left.value)) return left;
  const right = again('right');
  return right.value === undefined ? UNKNOWN : { value: right.value, note: FALLBACK };
}

/** `process.env.X`, `process.env['X']`, `env.X` of `const env = process.env`. */
function environmentPath(scope: FileScope, node: EsNode, steps: number): string | undefined {
  const key = nameOf(child(node, 'property'));
  const isLiteral = node.computed !== true || child(node, 'property')?.type === 'Literal';
  const object = child(node, 'object');
  const inside = scope.path(object) ?? scope.path(scope.follow(object, steps + 1));
  return key === undefined || inside === undefined || !isLiteral ? undefined : `${inside}.${key}`;
}

/** `process.env.X ? Number(process.env.X) : 5000`: not set, as far as is known. */
function choose(test: Value, again: (field: string) => Value): Value {
  if (test.hidden) return test;
  if (test.value !== undefined) return again(test.value ? 'consequent' : 'alternate');
  const otherwise = again('alternate');
  return otherwise.value === undefined ? UNKNOWN : { ...otherwise, note: FALLBACK };
}

function template(scope: FileScope, node: EsNode, steps: number): Value {
  const parts = children(node, 'quasis').map((quasi) =>
    typeof quasi.value === 'object' && quasi.value !== null && 'cooked' in quasi.value
      ? String(quasi.value.cooked)
      : '',
  );
  const values = children(node, 'expressions').map((it) => scope.evaluate(it, steps + 1).value);
  return {
    value: parts.map((part, index) => part + (index < values.length ? String(values[index] ?? '$') : '')).join(''),
  };
}

function called(scope: FileScope, node: EsNode, steps: number): Value {
  const [argument] = children(node, 'arguments');
  const callee = scope.path(child(node, 'callee'));
  const inside = scope.evaluate(argument, steps + 1);
  if (callee === 'Number' || callee === 'parseInt' || callee === 'Number.parseInt' || callee === 'parseFloat')
    return callee.startsWith('Number') && callee !== 'Number.parseInt' ? toNumber(inside) : toNumber(leading(inside));
  if (callee === 'String') return inside.value === undefined ? inside : { ...inside, value: String(inside.value) };
  if (callee === 'ms' && typeof inside.value === 'string') {
    const [, count, unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(inside.value) ?? [];
    const size = MS_UNITS[unit === '' ? 'ms' : unit];
    return count === undefined || size === undefined ? UNKNOWN : { value: Number(count) * size };
  }
  const declared = declaredVariable(scope, node);
  if (declared) return scope.evaluate(declared, steps + 1);
  return converted(scope, node, steps);
}

/** `timeout()` of `const timeout = () => 5000`: without parameters nothing depends on the call. */
function converted(scope: FileScope, node: EsNode, steps: number): Value {
  const callee = scope.follow(child(node, 'callee'), steps + 1);
  if (!callee || !/Function/.test(callee.type) || children(callee, 'params').length > 0) return UNKNOWN;
  return scope.evaluate(returned(callee), steps + 1);
}
