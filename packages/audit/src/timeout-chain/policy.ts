import type { Hazard, Place } from '../hazard.ts';
import { parseGoDuration, showLimit } from './durations.ts';
import { type Hop, markOf, type Timeout } from './hop.ts';
import { PolicyError } from './policy-error.ts';
import { readYaml } from './trees/read-yaml.ts';
import { at, entries, items, type Tree, text } from './trees/tree.ts';

/** A team's own limits: docs/commands/audit.md. */
export interface Policy {
  readonly max: readonly Bound[];
  readonly min: readonly Bound[];
  readonly require: readonly Subject[];
}

interface Subject {
  /** `client.request`, as written. */
  readonly key: string;
  readonly role: string;
  readonly kind: string;
  readonly place: Place;
}

interface Bound extends Subject {
  readonly ms: number;
}

const ROLES = ['edge', 'proxy', 'mesh', 'workload', 'server', 'client', 'pool', 'pooler', 'database', '*'];
const KINDS = [
  'request',
  'response',
  'try',
  'connect',
  'send',
  'handler',
  'header',
  'body',
  'write',
  'idle',
  'keepalive',
  'upstream-keepalive',
  'acquire',
  'queue',
  'query',
  'statement',
  'lock',
  'deadlock',
  'idle-in-transaction',
  'lifetime',
  'probe',
  'grace',
];
const EXAMPLE = 'as in: max: { client.request: 2s }';

/** @throws PolicyError naming the line that is wrong */
export function parsePolicy(file: string, source: string): Policy {
  const { documents, problems } = readYaml({ file, text: source });
  const [problem] = problems;
  if (problem) throw new PolicyError(`${file}:${problem.line ?? 1}:${problem.column ?? 1}: ${problem.message}`);
  const [document] = documents;
  if (document?.type !== 'map')
    throw new PolicyError(`${file}: not a policy: a map with max, min or require, ${EXAMPLE}`);
  for (const [name, { key }] of entries(document)) {
    if (name !== 'max' && name !== 'min' && name !== 'require')
      throw new PolicyError(`${file}:${key.line}:${key.column}: ${JSON.stringify(name)} is none of max, min, require`);
  }
  checkShape(file, at(document, 'require'), 'list', 'require is a list, as in: require: [pool.acquire]');
  for (const name of ['max', 'min'])
    checkShape(file, at(document, name), 'map', `${name} is a map, as in: ${name}: { client.request: 2s }`);
  const bounds = (name: 'max' | 'min') =>
    entries(at(document, name)).map(
      ([key, { value, key: place }]): Bound => ({ ...subjectOf(file, key, place), ms: durationOf(file, value) }),
    );
  return {
    max: bounds('max'),
    min: bounds('min'),
    require: items(at(document, 'require')).map((item) => subjectOf(file, text(item) ?? '', item.place)),
  };
}

/** An empty section (`max:` alone) says nothing and is fine. */
function checkShape(file: string, tree: Tree | undefined, type: Tree['type'], expected: string): void {
  const isEmpty = tree?.type === 'scalar' && tree.value === null;
  if (tree && tree.type !== type && !isEmpty)
    throw new PolicyError(`${file}:${tree.place.line}:${tree.place.column}: ${expected}`);
}

function subjectOf(file: string, key: string, place: Place): Subject {
  const dot = key.indexOf('.');
  const [role, kind] = dot === -1 ? ['*', key] : [key.slice(0, dot), key.slice(dot + 1)];
  const where = `${file}:${place.line}:${place.column}`;
  if (!ROLES.includes(role))
    throw new PolicyError(`${where}: ${JSON.stringify(role)} is no role; one of ${ROLES.join(', ')}`);
  if (!KINDS.includes(kind))
    throw new PolicyError(`${where}: ${JSON.stringify(kind)} is no kind of timeout; one of ${KINDS.join(', ')}`);
  return { key, role, kind, place };
}

function durationOf(file: string, value: Tree): number {
  const ms = parseGoDuration(text(value) ?? '');
  if (ms === undefined)
    throw new PolicyError(`${file}:${value.place.line}:${value.place.column}: not a duration, as in 2s, 500ms, 1m30s`);
  return ms;
}

export function checkPolicy(policy: Policy, hops: readonly Hop[]): Hazard[] {
  return hops.flatMap((hop) => [
    ...policy.max.flatMap((bound) =>
      timeoutsOf(hop, bound).flatMap((timeout) =>
        (typeof timeout.ms === 'number' ? timeout.ms > bound.ms : timeout.ms === 'none')
          ? [broken(hop, timeout, bound, `at most ${showLimit(bound.ms)}`)]
          : [],
      ),
    ),
    ...policy.min.flatMap((bound) =>
      timeoutsOf(hop, bound).flatMap((timeout) =>
        typeof timeout.ms === 'number' && timeout.ms < bound.ms
          ? [broken(hop, timeout, bound, `at least ${showLimit(bound.ms)}`)]
          : [],
      ),
    ),
    ...policy.require.flatMap((subject) => required(hop, subject)),
  ]);
}

function timeoutsOf(hop: Hop, { role, kind }: Subject): Timeout[] {
  return role === '*' || role === hop.role ? hop.timeouts.filter((timeout) => timeout.kind === kind) : [];
}

function required(hop: Hop, subject: Subject): Hazard[] {
  if (subject.role !== '*' && subject.role !== hop.role) return [];
  const own = timeoutsOf(hop, subject);
  if (own.some(({ ms }) => ms !== 'none')) return [];
  return [
    {
      rule: 'chain/policy',
      severity: 'error',
      message: `${hop.name} has no limit for ${subject.kind}; the policy requires ${subject.key}`,
      help: `set ${own[0]?.setting ?? subject.kind} here`,
      place: own[0]?.place ?? hop.place,
      related: [{ place: subject.place, message: `required by the policy: ${subject.key}` }],
    },
  ];
}

function broken(hop: Hop, timeout: Timeout, bound: Bound, what: string): Hazard {
  return {
    rule: 'chain/policy',
    severity: 'error',
    message: `${hop.name}: ${timeout.setting} is ${showLimit(timeout.ms)}${markOf(timeout)}; the policy says ${bound.key} ${what}`,
    help: `set ${timeout.setting} to ${what}`,
    place: timeout.place,
    related: [{ place: bound.place, message: `the policy: ${bound.key} ${what}` }],
  };
}
