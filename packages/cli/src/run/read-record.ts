import type { VerdictJson } from '@holdup/model';

/** One line the agent wrote. */
export type AgentRecord =
  | { readonly kind: 'verdict'; readonly verdict: VerdictJson }
  | { readonly kind: 'notice'; readonly text: string }
  /** The agent runs in one more thread or process. */
  | { readonly kind: 'started' }
  /** From a newer agent: not for us, and not an error. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'broken'; readonly why: string };

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isOutcome = oneOf('ok', 'deadline-exceeded', 'cancelled', 'error');

const LINK = shape({
  kind: oneOf('wait', 'holder', 'work', 'leak', 'cycle', 'outside'),
  ms: isNumber,
  resource: optional(isString),
  route: optional(isString),
  doing: optional(isString),
  stack: optional(listOf(isString)),
});

/** Ids of causes and accounts are any text: a newer agent may know more of them. */
const FINDINGS: Readonly<Record<string, Check>> = {
  cause: isString,
  culprit: orNull(shape({ kind: isString, name: isString })),
  explainedMs: isNumber,
  summary: isString,
  chain: listOf(LINK),
  evidence: listOf(shape({ kind: isString, text: isString })),
  contributing: listOf(shape({ cause: isString, explainedMs: isNumber, summary: isString })),
  ruledOut: listOf(shape({ cause: isString, why: isString })),
  unknown: listOf(shape({ cause: isString, missing: listOf(isString) })),
  failed: optional(listOf(shape({ cause: isString, error: isString }))),
  fix: isString,
  docs: isString,
};

const SLICE = shape({
  fromMs: isNumber,
  toMs: isNumber,
  intervalMs: isNumber,
  cpu: listOf(shape({ ms: isNumber, route: optional(isString), own: optional(oneOf(true)), stack: listOf(isString) })),
  waits: listOf(shape({ ms: isNumber, account: isString, stack: listOf(isString) })),
});

const VERDICT: Readonly<Record<string, Check>> = {
  traceId: isString,
  route: isString,
  outcome: isOutcome,
  startedAt: isTime,
  budgetMs: orNull(isNumber),
  budgetSource: orNull(isString),
  wallMs: isNumber,
  ledger: listOf(shape({ account: isString, ms: isNumber, share: isNumber, resource: optional(isString) })),
  profile: optional(SLICE),
};

/** Reads one line of the sink; says which field is wrong when it is neither a verdict nor a notice. */
export function readRecord(line: string): AgentRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'broken', why: 'not JSON' };
  }
  if (!isObject(value)) return { kind: 'broken', why: 'not a JSON object' };
  if (value.holdup !== undefined && value.holdup !== 'verdict') return readNotice(value);
  const wrong = firstWrong(value, VERDICT) ?? firstWrongFinding(value.verdict);
  if (wrong !== undefined) return { kind: 'broken', why: `field "${wrong}" is missing or wrong` };
  return { kind: 'verdict', verdict: value as unknown as VerdictJson };
}

function readNotice(value: Readonly<Record<string, unknown>>): AgentRecord {
  if (value.holdup === 'started') return { kind: 'started' };
  if (value.holdup !== 'notice' && value.holdup !== 'debug') return { kind: 'foreign' };
  return typeof value.text === 'string'
    ? { kind: 'notice', text: value.text }
    : { kind: 'broken', why: 'a notice without text' };
}

function firstWrongFinding(value: unknown): string | undefined {
  if (!isObject(value)) return 'verdict';
  const wrong = firstWrong(value, FINDINGS);
  return wrong === undefined ? undefined : `verdict.${wrong}`;
}

function firstWrong(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Check>>,
): string | undefined {
  return Object.entries(fields).find(([name, check]) => !check(value[name]))?.[0];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
