/** Milliseconds, or one line that says what is wrong and what would be right. */
export type DurationResult =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly message: string };

/** Milliseconds per route (`GET /report`), or one line that says what is wrong and what would be right. */
export type RouteBudgetsResult =
  | { readonly ok: true; readonly budgets: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly message: string };

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
]);

/** Milliseconds. Node's timers fire at once beyond a signed 32-bit count, so no deadline can be further off. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** Quoting a whole pasted file back would bury the message. */
const MAX_QUOTED_CHARS = 40;

/**
 * Reads a time a person wrote: `800ms`, `1.5s`, `2m`, or a plain number of milliseconds.
 * Zero, negative and endless times are errors: a budget of nothing makes every request late.
 */
export function parseDuration(text: string): DurationResult {
  const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)\s*$/i.exec(text);
  const perUnit = MS_PER_UNIT.get(match?.[2]?.toLowerCase() || 'ms');
  if (!match || perUnit === undefined) return refuse(`${quote(text)} is not a duration`);
  const ms = Number(match[1]) * perUnit;
  if (ms <= 0) return refuse(`${quote(text)} is no time at all`);
  if (ms > MAX_DURATION_MS) return refuse(`${quote(text)} is longer than 24 days, the most a timer can wait`);
  return { ok: true, ms };
}

/**
 * Reads budgets by route, separated by commas or line ends: `GET /report=5s, POST /orders=800ms`.
 * The last `=` separates route and duration. A route given twice keeps the last budget.
 */
export function parseRouteBudgets(text: string): RouteBudgetsResult {
  const budgets = new Map<string, number>();
  for (const part of text.split(/[,\n]/)) {
    if (part.trim() === '') continue;
    const at = part.lastIndexOf('=');
    const match = at < 0 ? null : /^\s*([a-z]+)\s+(\S.*?)\s*$/i.exec(part.slice(0, at));
    if (!match) {
      return { ok: false, message: `${quote(part.trim())} is not a route budget; write "GET /report=5s"` };
    }
    const route = `${match[1]?.toUpperCase()} ${match[2]}`;
    const duration = parseDuration(part.slice(at + 1));
    if (!duration.ok) return { ok: false, message: `route ${quote(route)}: ${duration.message}` };
    budgets.set(route, duration.ms);
  }
  return { ok: true, budgets };
}

function refuse(what: string): DurationResult {
  return { ok: false, message: `${what}; write 800ms, 1.5s, 2m or a number of milliseconds` };
}

function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text);
}
