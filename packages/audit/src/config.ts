import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RuleInfo, Severity } from './hazard.ts';

export interface AuditConfig {
  /** Folder that `exclude` is relative to. */
  readonly folder: string;
  readonly exclude: readonly string[];
  /** By id of a rule, or `group/*`. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
}

/** The configuration cannot be read, or says something unknown. */
export class ConfigError extends Error {
  readonly code = 'HOLDUP_AUDIT_CONFIG';
}

const FILE = 'holdup.config.json';
const SECTIONS = ['$schema', 'audit'];
const KEYS = ['exclude', 'rules'];
const SEVERITIES = ['error', 'warning', 'note', 'off'];

/**
 * @param cwd Where the search for `holdup.config.json` begins; it goes up to the repository's top.
 * @param file Instead of searching.
 * @throws ConfigError
 */
export function loadConfig(cwd: string, file?: string): AuditConfig {
  const path = file === undefined ? findConfig(cwd) : resolve(cwd, file);
  if (path === undefined) return { folder: cwd, exclude: [], rules: {} };
  const shown = file ?? FILE;
  const parsed = readJson(path, shown);
  const whole = asRecord(parsed, shown, 'the file');
  refuseUnknown(whole, SECTIONS, shown, '');
  const audit = whole.audit === undefined ? {} : asRecord(whole.audit, shown, 'audit');
  refuseUnknown(audit, KEYS, shown, 'audit.');
  return { folder: dirname(path), exclude: readExclude(audit.exclude, shown), rules: readRules(audit.rules, shown) };
}

function findConfig(cwd: string): string | undefined {
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, FILE))) return join(at, FILE);
    if (existsSync(join(at, '.git')) || dirname(at) === at) return undefined;
  }
}

function readJson(path: string, shown: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`${shown} cannot be read`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${shown} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readExclude(value: unknown, shown: string): string[] {
  if (value === undefined) return [];
  const patterns = Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item !== '') : [];
  if (Array.isArray(value) && patterns.length === value.length) return patterns;
  throw new ConfigError(`${shown}: audit.exclude is a list of patterns, such as ["legacy/", "*.gen.ts"]`);
}

function readRules(value: unknown, shown: string): Record<string, Severity | 'off'> {
  if (value === undefined) return {};
  const rules: Record<string, Severity | 'off'> = {};
  for (const [id, severity] of Object.entries(asRecord(value, shown, 'audit.rules'))) {
    if (!isSeverity(severity)) {
      throw new ConfigError(`${shown}: audit.rules["${id}"] is none of ${SEVERITIES.join(', ')}`);
    }
    rules[id] = severity;
  }
  return rules;
}

function isSeverity(value: unknown): value is Severity | 'off' {
  return SEVERITIES.some((it) => it === value);
}

function asRecord(value: unknown, shown: string, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigError(`${shown}: ${where} is not an object`);
}

function refuseUnknown(value: object, known: readonly string[], shown: string, prefix: string): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => `"${prefix}${key}"`).join(', ');
  throw new ConfigError(
    `${shown}: unknown ${unknown.length === 1 ? 'key' : 'keys'} ${names}; known: ${known.join(', ')}`,
  );
}

export interface RuleChoice {
  /** Only these, by id or group; empty: all. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  readonly config: AuditConfig['rules'];
}

/**
 * The rules that are on, with the severity the configuration gives them; undefined: their own, which may differ by finding.
 * @throws ConfigError for a name that is no rule's and no group's
 */
export function chooseRules(rules: readonly RuleInfo[], choice: RuleChoice): ReadonlyMap<string, Severity | undefined> {
  for (const name of [...choice.only, ...choice.ignore, ...Object.keys(choice.config)]) {
    if (rules.some(({ id }) => covers(name, id))) continue;
    throw new ConfigError(`there is no rule ${JSON.stringify(name)}; see holdup audit --list-rules`);
  }
  const chosen = new Map<string, Severity | undefined>();
  for (const { id } of rules) {
    if (choice.only.length > 0 && !choice.only.some((name) => covers(name, id))) continue;
    if (choice.ignore.some((name) => covers(name, id))) continue;
    // What names the rule itself is stronger than what names its group.
    const names = Object.keys(choice.config).filter((name) => covers(name, id));
    const configured = choice.config[names.find((name) => name === id) ?? names[0] ?? ''];
    if (configured !== 'off') chosen.set(id, configured);
  }
  return chosen;
}

/** `js/unbounded-request` is named by itself, by `unbounded-request`, by `js` and by `js/*`. */
function covers(name: string, id: string): boolean {
  return name === id || id.startsWith(`${name.replace(/\/\*$/, '')}/`) || id.slice(id.indexOf('/') + 1) === name;
}
