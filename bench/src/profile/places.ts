import type { SelfTime } from './cpu-profile.ts';

/** Whose code a frame is, most specific first. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['holdup', /\/packages\/(agent|engine|model)\/dist\//],
  ['opentelemetry', /\/node_modules\/(@opentelemetry|import-in-the-middle|require-in-the-middle)\//],
  ['context-only', /\/bench\/dist\/variants\//],
  ['service', /\/bench\/dist\/processes\//],
  ['pg', /\/node_modules\/pg/],
  // undici's HTTP parser is WebAssembly.
  ['node: undici', /^(node:internal\/deps\/undici|wasm:)/],
  ['node: http', /^node:(_http|internal\/http|http)/],
  [
    'node: net and streams',
    /^node:(net|stream|internal\/streams|internal\/stream|internal\/webstreams|events|buffer|internal\/buffer)/,
  ],
  ['node: async context', /^node:(async_hooks|internal\/async|internal\/promise_hooks|diagnostics_channel)/],
  [
    'node: timers',
    /^node:(timers|internal\/timers|internal\/process\/task_queues|internal\/linkedlist|internal\/priority_queue)/,
  ],
  ['node: other', /^node:/],
  ['other packages', /\/node_modules\//],
];

/** V8's own entries without a file: `(garbage collector)`, `(program)`, natives such as `writev`. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collector'],
  ['(program)', 'system and native code'],
  ['(idle)', 'idle'],
]);

export function placeOf({ frame }: Pick<SelfTime, 'frame'>): string {
  const mark = MARKS.get(frame.functionName);
  if (mark) return mark;
  if (frame.url === '') return 'native functions';
  return PLACES.find(([, pattern]) => pattern.test(frame.url))?.[0] ?? 'other';
}

/** `RequestRecord.add (recorder/request-record.js:42)`: short for code of ours. */
export function nameOf({ frame }: Pick<SelfTime, 'frame'>): string {
  const name = frame.functionName || '(anonymous)';
  if (frame.url === '') return name;
  const file = frame.url.replace(/^.*\/(packages|node_modules)\//, '').replace('/dist/', '/');
  return `${name} (${file}:${frame.lineNumber + 1})`;
}
