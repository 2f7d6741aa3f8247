import type { CallFrame } from './cpu-profile.ts';

/** Whose code a frame is, most specific first. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['holdup', /\/packages\/(agent|engine|model)\/|\/@holdup\/agent\//],
  ['opentelemetry', /\/node_modules\/(@opentelemetry|import-in-the-middle|require-in-the-middle)\//],
  ['context-only', /\/bench\/dist\/variants\//],
  ['service', /\/bench\/dist\/processes\//],
  ['pg', /\/node_modules\/pg/],
  // undici's HTTP parser is WebAssembly.
  ['node: undici', /^(node:internal\/deps\/undici|wasm:)/],
  ['node: http', /^node:(_http|internal\/http|http)/],
  ['node: net and streams', /^node:(net|stream|events|buffer|internal\/(streams?|webstreams|buffer))/],
  ['node: async context', /^node:(async_hooks|diagnostics_channel|internal\/(async|promise_hooks))/],
  ['node: timers', /^node:(timers|internal\/(timers|process\/task_queues|linkedlist|priority_queue))/],
  ['node: other', /^node:/],
  ['other packages', /\/node_modules\//],
];

/** V8's own entries, which have no file. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collector'],
  ['(program)', 'system and native code'],
  ['(idle)', 'idle'],
]);

export function placeOf(frame: CallFrame): string {
  const mark = MARKS.get(frame.functionName);
  if (mark) return mark;
  if (frame.url === '') return 'native functions';
  return PLACES.find(([, pattern]) => pattern.test(frame.url))?.[0] ?? 'other';
}
