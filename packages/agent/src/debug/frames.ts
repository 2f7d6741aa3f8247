import type { Frame } from '@holdup/model';

/** `at render (src/render.ts:12)` each, innermost first. */
export function stackLines(stack: readonly Frame[], indent: string): string[] {
  return stack.map(({ function: name, file, line }) => `${indent}at ${name} (${file}${line === 0 ? '' : `:${line}`})`);
}
