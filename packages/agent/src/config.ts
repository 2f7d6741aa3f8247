import { parseDuration, parseRouteBudgets } from '@holdup/model';
import { type DebugAddress, readDebugAddress } from './debug/address.ts';

/** One second: the order at which people and gateways begin to count a response as late. */
const DEFAULT_BUDGET_MS = 1_000;

/** Of a value that makes no sense, in the line about it. */
const MAX_QUOTED_CHARS = 40;

export interface AgentConfig {
  /** Budget of requests that brought none, ms. Infinity: only cancelled and failed requests are late. */
  readonly budgetMs: number;
  /** Nobody set it, or to nothing that makes sense. */
  readonly budgetIsDefault: boolean;
  /** Budget per route, ms: `GET /report` → 5000. */
  readonly routeBudgets: ReadonlyMap<string, number>;
  /** Where verdicts are written: a file that is appended to, a standard stream, or nowhere. */
  readonly sink: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'stderr' | 'stdout' | 'none' };
  readonly watchdog: boolean;
  /** Look closer by itself: when requests turn late, never, or all the time, to measure what it costs. */
  readonly escalate: 'late' | 'off' | 'always';
  /** Where such profiles are written as well; undefined: nowhere. */
  readonly profileFolder: string | undefined;
  /** Where the debug endpoints are; undefined: nowhere. */
  readonly debug: DebugAddress | undefined;
}

/**
 * Reads `HOLDUP_BUDGET`, `HOLDUP_ROUTE_BUDGETS`, `HOLDUP_SINK`, `HOLDUP_WATCHDOG`, `HOLDUP_ESCALATE`,
 * `HOLDUP_PROFILE_DIR`, `HOLDUP_DEBUG_ADDR` and `HOLDUP_DEBUG_TOKEN`. A value that makes no sense is
 * reported and its default is used: a guest does not stop its host over a typo.
 */
export function configFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  complain: (line: string) => void,
): AgentConfig {
  const watchdog = readSwitch('HOLDUP_WATCHDOG', env.HOLDUP_WATCHDOG, complain);
  const debug = readDebugAddress(env.HOLDUP_DEBUG_ADDR, env.HOLDUP_DEBUG_TOKEN, complain);
  if (!watchdog && debug?.isOwn) {
    complain('HOLDUP_DEBUG_ADDR: no debug endpoints: the thread that serves them is off by HOLDUP_WATCHDOG=off');
  }
  return {
    ...readBudget(env.HOLDUP_BUDGET, complain),
    routeBudgets: readRouteBudgets(env.HOLDUP_ROUTE_BUDGETS, complain),
    sink: readSink(env.HOLDUP_SINK, complain),
    watchdog,
    escalate: readEscalate(env.HOLDUP_ESCALATE, complain),
    profileFolder: env.HOLDUP_PROFILE_DIR || undefined,
    debug,
  };
}

/** On, unless it says `off`; what it says else is reported. */
export function readSwitch(name: string, text: string | undefined, complain: (line: string) => void): boolean {
  if (text === 'off') return false;
  if (text !== undefined && text !== '' && text !== 'on') {
    complain(`${name}: ${JSON.stringify(text.slice(0, MAX_QUOTED_CHARS))} is not on or off; using on`);
  }
  return true;
}

function readEscalate(text: string | undefined, complain: (line: string) => void): AgentConfig['escalate'] {
  if (text === undefined || text === '' || text === 'on') return 'late';
  if (text === 'off' || text === 'always') return text;
  complain(`HOLDUP_ESCALATE: "${text.slice(0, MAX_QUOTED_CHARS)}" is not on, off or always; using on`);
  return 'late';
}

function readBudget(
  text: string | undefined,
  complain: (line: string) => void,
): Pick<AgentConfig, 'budgetMs' | 'budgetIsDefault'> {
  const standard = { budgetMs: DEFAULT_BUDGET_MS, budgetIsDefault: true };
  if (text === undefined || text === '') return standard;
  if (text === 'off') return { budgetMs: Number.POSITIVE_INFINITY, budgetIsDefault: false };
  const parsed = parseDuration(text);
  if (parsed.ok) return { budgetMs: parsed.ms, budgetIsDefault: false };
  complain(`HOLDUP_BUDGET: ${parsed.message}; using ${DEFAULT_BUDGET_MS}ms`);
  return standard;
}

function readRouteBudgets(text: string | undefined, complain: (line: string) => void): ReadonlyMap<string, number> {
  const parsed = parseRouteBudgets(text ?? '');
  if (parsed.ok) return parsed.budgets;
  complain(`HOLDUP_ROUTE_BUDGETS: ${parsed.message}; using none`);
  return new Map();
}

function readSink(text: string | undefined, complain: (line: string) => void): AgentConfig['sink'] {
  if (text === undefined || text === '') return { kind: 'stderr' };
  if (text === 'stderr' || text === 'stdout' || text === 'none') return { kind: text };
  if (text.startsWith('file:') && text.length > 'file:'.length) return { kind: 'file', path: text.slice(5) };
  complain(
    `HOLDUP_SINK: "${text.slice(0, MAX_QUOTED_CHARS)}" is not stderr, stdout, none or file:<path>; using stderr`,
  );
  return { kind: 'stderr' };
}
