import type { Label } from '../../profile.ts';

const PAIR = /"((?:[^"\\]|\\.)*)": ?"((?:[^"\\]|\\.)*)"(?:, |$)/gy;
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/g;
const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

/**
 * The pairs of `"route":"GET /", "trace_id":"…"`, quoted as Go quotes. Undefined when it is anything else.
 */
export function readGoLabels(text: string): readonly Label[] | undefined {
  const labels: Label[] = [];
  let read = 0;
  for (const [whole, key = '', value = ''] of text.matchAll(PAIR)) {
    labels.push({ key: unquote(key), value: unquote(value) });
    read += whole.length;
  }
  return read === text.length ? labels : undefined;
}

function unquote(text: string): string {
  return text.replace(ESCAPE, (_, x?: string, u?: string, long?: string, octal?: string, letter?: string) => {
    if (letter !== undefined) return SHORT[letter] ?? letter;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '', 16) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
