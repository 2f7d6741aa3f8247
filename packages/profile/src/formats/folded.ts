import { ProfileBuilder } from '../build/profile-builder.ts';
import { broken, quote } from '../errors.ts';
import { readWhole } from '../numbers.ts';
import { headOf, linesOf } from '../text.ts';
import type { Format } from './format.ts';

const FORMAT = 'folded stacks';

/** `main;work;parse 12`: a stack per line, outermost first, and how often; what stackcollapse scripts write. */
export const folded: Format = {
  id: 'folded',
  sniff(bytes) {
    // The last line may be cut off by the end of the head; the first, too, where a stack is deep or its names are long.
    const [head, ...more] = headOf(bytes).split('\n').filter(hasStack);
    const first = head !== undefined && more.length === 0 ? firstStack(bytes) : head;
    if (first === undefined || !splitLine(first)) return false;
    return first.includes(';') || more.slice(0, -1).every((line) => splitLine(line));
  },
  parse(bytes) {
    const builder = new ProfileBuilder({ sampleTypes: [{ type: 'samples', unit: 'count' }] });
    for (const { text, number } of linesOf(bytes, FORMAT)) {
      if (!hasStack(text)) continue;
      const line = splitLine(text);
      if (!line) throw broken(FORMAT, `line ${number}`, `${quote(text)} without a whole number at its end`);
      let stack = -1;
      for (const name of line.stack.split(';')) stack = builder.stack(stack, builder.frame({ name }));
      builder.sample(stack, [line.value]);
    }
    return builder.build();
  },
};

/** Undefined where it is longer than any stack. */
function firstStack(bytes: Uint8Array): string | undefined {
  try {
    for (const { text } of linesOf(bytes, FORMAT)) if (hasStack(text)) return text;
  } catch {
    return undefined;
  }
  return undefined;
}

function hasStack(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('#');
}

function splitLine(text: string): { stack: string; value: bigint } | undefined {
  const trimmed = text.trimEnd();
  const space = trimmed.lastIndexOf(' ');
  const value = readWhole(trimmed.slice(space + 1));
  return space <= 0 || value === undefined ? undefined : { stack: trimmed.slice(0, space), value };
}
