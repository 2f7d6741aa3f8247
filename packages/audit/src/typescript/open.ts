import { readFileSync } from 'node:fs';
import { type ParserOptions, parseSync, visitorKeys } from 'oxc-parser';
import { isScriptFile } from '../files/kinds.ts';
import type { Auditor, FileReport, Problem } from '../hazard.ts';
import { findHazards, rulesFor } from './find-hazards.ts';
import { indexTree } from './index-tree.ts';
import { placesIn } from './places.ts';
import { importsClient } from './project/imports-client.ts';
import { openProject } from './project/project.ts';
import { RULES } from './rules/index.ts';
import { applyComments } from './suppress.ts';
import type { Home, Project, Tree } from './tree.ts';

/** UTF-16 units. A file that makes clients is far smaller; what is larger is data. */
const MOST_IMPORTED = 500_000;

/** JavaScript and TypeScript; types are read where they are written, no compiler is asked. */
export async function openTypeScriptAuditor(): Promise<Auditor> {
  const project = openProject({ read: readProjectFile, parse: parseProjectFile });
  return {
    id: 'typescript',
    rules: RULES.map(({ id, severity, title }) => ({ id, severity, title })),
    handles: isScriptFile,
    audit: (file, text, path) => auditText(file, text, path === undefined ? undefined : { path, project }),
  };
}

function auditText(file: string, text: string, home: Home | undefined): FileReport {
  try {
    return auditParsed(file, text, home);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { hazards: [], problems: [{ file, message: 'not audited: nested too deeply' }] };
  }
}

function auditParsed(file: string, text: string, home: Home | undefined): FileReport {
  const hasDirective = text.includes('holdup-ignore-');
  const known = home && !hasDirective ? home.project.cached(home.path) : undefined;
  // Read for the sake of another file before.
  if (known?.text === text)
    return {
      hazards: findHazards(
        file,
        known,
        rulesFor(text, RULES, () => true),
      ),
      problems: [],
    };
  const parsed = parse(file, text);
  const [error] = parsed.errors;
  if (error) return { hazards: [], problems: [describeError(file, text, error)] };
  const rules = rulesFor(text, RULES, () => home !== undefined && importsClient(text, home));
  // The tree is read from the parser only now: most files have nothing to do with any rule.
  if (rules.length === 0 && !hasDirective) return { hazards: [], problems: [] };
  const hazards =
    rules.length === 0 ? [] : findHazards(file, indexTree(parsed.program, text, visitorKeys, { home }), rules);
  return hasDirective ? applyComments(file, text, parsed.comments, hazards) : { hazards, problems: [] };
}

function readProjectFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MOST_IMPORTED ? undefined : text;
  } catch {
    return undefined;
  }
}

function parseProjectFile(path: string, text: string, project: Project): Tree | undefined {
  const { errors, program } = parse(path, text);
  return errors.length > 0 ? undefined : indexTree(program, text, visitorKeys, { home: { path, project } });
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
