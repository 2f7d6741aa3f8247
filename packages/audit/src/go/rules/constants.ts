import type { Expr } from '../syntax/ast.ts';
import type { Scene } from './rule.ts';

const UNITS = new Map([
  ['Nanosecond', 1],
  ['Microsecond', 1e3],
  ['Millisecond', 1e6],
  ['Second', 1e9],
  ['Minute', 60e9],
  ['Hour', 3600e9],
]);

/** Constants refer to constants at most this deep. */
const MAX_DEPTH = 10;

/** A duration or number written as constants: nanoseconds for durations. Undefined where it is not known before the program runs. */
export function constantOf(x: Expr, scene: Scene, depth = 0): number | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (x.kind) {
    case 'BasicLit':
      return x.token === 'int' || x.token === 'float' ? Number(x.text.replaceAll('_', '')) : undefined;
    case 'Paren':
      return constantOf(x.x, scene, depth + 1);
    case 'Unary': {
      const value = constantOf(x.x, scene, depth + 1);
      return x.op === '-' && value !== undefined ? -value : undefined;
    }
    case 'Selector':
      return scene.types.importPath(x.x, scene.file) === 'time' ? UNITS.get(x.sel.name) : undefined;
    case 'Call':
      return scene.callee(x)?.id === 'time.Duration' && x.args[0] !== undefined
        ? constantOf(x.args[0], scene, depth + 1)
        : undefined;
    case 'Ident': {
      const { variable } = x;
      const spec = variable?.ident.parent;
      const constant = spec?.parent?.kind === 'GenDecl' && spec.parent.token === 'const';
      return constant && variable?.value !== undefined ? constantOf(variable.value, scene, depth + 1) : undefined;
    }
    case 'Binary': {
      const left = constantOf(x.x, scene, depth + 1);
      const right = constantOf(x.y, scene, depth + 1);
      return left === undefined || right === undefined ? undefined : combine(x.op, left, right);
    }
    default:
      return undefined;
  }
}

function combine(op: string, left: number, right: number): number | undefined {
  switch (op) {
    case '*':
      return left * right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '/':
      return right === 0 ? undefined : left / right;
    default:
      return undefined;
  }
}
