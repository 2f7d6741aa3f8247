import { inspect } from 'node:util';

const MAX_CAUSES = 5;

/** A value in one text, an error with all a program could look at, its stack included. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return describeError(value);
  if (typeof value === 'function') return `function ${value.name}/${value.length}`;
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY });
}

function describeError(error: Error, depth = 0): string {
  const keys = Reflect.ownKeys(error).filter((key) => key !== 'stack' && key !== 'cause' && key !== 'errors');
  const own = keys.map((key) => `${String(key)}=${brief(Reflect.get(error, key))}`);
  const text = `${error.constructor.name} ${error.name}: ${error.message} {${own.join(' ')}}\n${framesOf(error)}`;
  if (depth === MAX_CAUSES) return text;
  const { cause } = error;
  const inner = error instanceof AggregateError ? error.errors : [];
  const more = [...(cause === undefined ? [] : [cause]), ...inner].map((each) =>
    each instanceof Error ? describeError(each, depth + 1) : brief(each),
  );
  return `${[text, ...more].join('\n caused by ')}\n`;
}

/** Beside an event: what kind of thing it carried, not all of it. */
export function brief(value: unknown): string {
  if (value instanceof Error) return `${value.name} ${String(Reflect.get(value, 'code'))} ${value.message}`;
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'object without prototype';
  return String(value);
}

/** As a host sees it; whoever compares leaves out the agent's own frames. */
function framesOf(error: Error): string {
  const stack = String(error.stack);
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
