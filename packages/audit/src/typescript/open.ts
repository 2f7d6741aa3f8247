import { basename } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Auditor, FileReport, Problem } from '../hazard.ts';
import { placesIn } from './places.ts';

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/** JavaScript and TypeScript; types are read where they are written, no compiler is asked. */
export async function openTypeScriptAuditor(): Promise<Auditor> {
  return {
    id: 'typescript',
    rules: [],
    handles: (file) => SOURCE.test(file) && !DECLARATIONS.test(file),
    audit: auditText,
  };
}

function auditText(file: string, text: string): FileReport {
  const { errors } = parseSync(basename(file), text);
  const [error] = errors;
  if (error) return { hazards: [], problems: [describeError(file, text, error)] };
  return { hazards: [], problems: [] };
}

function describeError(
  file: string,
  text: string,
  error: { message: string; labels: readonly { start: number; end: number }[] },
): Problem {
  const { line, column } = placesIn(text)(error.labels[0]?.start ?? 0);
  return { file, line, column, message: `cannot be parsed: ${error.message}` };
}
