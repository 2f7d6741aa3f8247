import { type ParserOptions, parseSync, visitorKeys } from 'oxc-parser';
import type { Auditor, FileReport, Problem } from '../hazard.ts';
import { findHazards, rulesFor } from './find-hazards.ts';
import { placesIn } from './places.ts';
import { RULES } from './rules/index.ts';
import { applyComments } from './suppress.ts';

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/** JavaScript and TypeScript; types are read where they are written, no compiler is asked. */
export async function openTypeScriptAuditor(): Promise<Auditor> {
  return {
    id: 'typescript',
    rules: RULES.map(({ id, severity, title }) => ({ id, severity, title })),
    handles: (file) => SOURCE.test(file) && !DECLARATIONS.test(file),
    audit: auditText,
  };
}

function auditText(file: string, text: string): FileReport {
  const parsed = parse(file, text);
  const [error] = parsed.errors;
  if (error) return { hazards: [], problems: [describeError(file, text, error)] };
  const rules = rulesFor(text, RULES);
  const hasDirective = text.includes('holdup-ignore-');
  // The tree is read from the parser only now: most files have nothing to do with any rule.
  if (rules.length === 0 && !hasDirective) return { hazards: [], problems: [] };
  try {
    const hazards = rules.length === 0 ? [] : findHazards(file, text, parsed.program, visitorKeys, rules);
    return hasDirective ? applyComments(file, text, parsed.comments, hazards) : { hazards, problems: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { hazards: [], problems: [{ file, message: 'not audited: nested too deeply' }] };
  }
}

/** JavaScript may be a script or a module, and hold JSX; what is no module is tried again as CommonJS. */
function parse(file: string, text: string) {
  const isScript = /\.[cm]?js$/.test(file);
  const options: ParserOptions = isScript ? { lang: 'jsx', sourceType: 'unambiguous' } : {};
  const parsed = parseSync(file, text, options);
  if (parsed.errors.length === 0 || !/\.c?[jt]s$/.test(file)) return parsed;
  const again = parseSync(file, text, { ...options, sourceType: 'commonjs' });
  if (again.errors.length === 0) return again;
  // Flow's annotations are mostly those of TypeScript; `@flow` itself makes the parser give up.
  const typed = isScript ? parseSync(file, text.replace('@flow', '     '), { lang: 'tsx' }) : parsed;
  return typed.errors.length === 0 ? typed : parsed;
}

function describeError(
  file: string,
  text: string,
  error: { message: string; labels: readonly { start: number; end: number }[] },
): Problem {
  const { line, column } = placesIn(text)(error.labels[0]?.start ?? 0);
  return { file, line, column, message: `cannot be parsed: ${error.message}` };
}
