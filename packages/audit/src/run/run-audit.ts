import { dirname, resolve } from 'node:path';
import { type AuditConfig, chooseRules } from '../config.ts';
import { type FoundFile, type FoundFiles, findFiles } from '../files/walk.ts';
import type { Auditor, Problem, RuleInfo } from '../hazard.ts';
import type { AuditReport, Finding } from '../report/finding.ts';
import { mergeGroups } from '../report/merge-groups.ts';
import { type ChangedLines, isChanged } from '../report/since.ts';
import { isAudited, openAuditors } from './auditors.ts';
import { WorkerPool } from './worker-pool.ts';

export interface AuditOptions {
  readonly paths: readonly string[];
  /** Names in the report are relative to this folder. */
  readonly cwd: string;
  readonly config: AuditConfig;
  /** Ids or groups of rules. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
  /** Test files too. */
  readonly tests: boolean;
  /** Fingerprints that do not count. */
  readonly known?: ReadonlySet<string>;
  /** Only what touches these lines. */
  readonly changed?: ChangedLines;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs the rules over files and folders.
 * @throws PathError, ConfigError
 */
export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const { cwd, config } = options;
  const workers = new WorkerPool();
  try {
    // Both only wait for the disk much of the time; the workers start with the first file found.
    const finding = findFiles(options.paths, {
      cwd,
      handles: isAudited,
      onFound: (path) => workers.expect(path),
      exclude: { folder: config.folder, patterns: config.exclude },
      tests: options.tests,
    });
    const [found, auditors] = await Promise.all([finding, openAuditors()]);
    const rules = auditors.flatMap((auditor) => auditor.rules);
    const chosen = chooseRules(rules, { only: options.only, ignore: options.ignore, config: config.rules });
    return await auditFound(found, workers, { options, auditors, rules, chosen });
  } finally {
    workers.close();
  }
}

interface Plan {
  readonly options: AuditOptions;
  readonly auditors: readonly Auditor[];
  readonly rules: readonly RuleInfo[];
  readonly chosen: ReturnType<typeof chooseRules>;
}

async function auditFound(
  found: FoundFiles,
  workers: WorkerPool,
  { options, auditors, rules, chosen }: Plan,
): Promise<AuditReport> {
  const { changed } = options;
  const folderOf = ({ path }: FoundFile): string | undefined =>
    auditors.find((auditor) => auditor.handles(path))?.auditFolder ? `${dirname(path)}/` : undefined;
  const files = changed ? keepTouched(found.files, changed, folderOf) : found.files;
  const findings: Finding[] = [];
  const problems: Problem[] = [...found.problems];
  const counts = { files: files.length, generated: 0, tests: found.tests, suppressed: 0, known: 0, unchanged: 0 };
  let done = 0;
  options.onProgress?.(done, files.length);
  const grouped: Finding[] = [];
  const take = (finding: Finding): void => {
    const severity = chosen.get(finding.rule) ?? finding.severity;
    if (isUnchanged(finding, options)) counts.unchanged += 1;
    else if (options.known?.has(finding.fingerprint)) counts.known += 1;
    else findings.push({ ...finding, severity });
  };
  await workers.run(files, folderOf, (report, count) => {
    done += count;
    problems.push(...report.problems);
    counts.generated += report.generated;
    counts.suppressed += report.suppressed;
    for (const finding of report.findings) {
      if (!chosen.has(finding.rule)) continue;
      if (finding.group) grouped.push(finding);
      else take(finding);
    }
    options.onProgress?.(done, files.length);
  });
  for (const finding of mergeGroups(grouped)) take(finding);
  counts.files -= counts.generated;
  return {
    findings: findings.sort(byPlace),
    problems: problems.sort((a, b) => (a.file < b.file ? -1 : 1)),
    rules: rules.filter(({ id }) => chosen.has(id)),
    counts,
  };
}

/** Files with changed lines, and those that a language reads together with them. */
function keepTouched(
  files: readonly FoundFile[],
  changed: ChangedLines,
  folderOf: (file: FoundFile) => string | undefined,
): FoundFile[] {
  const touched = files.filter(({ path }) => changed.has(path));
  const folders = new Set(touched.map(folderOf));
  return files.filter((file) => {
    const folder = folderOf(file);
    return folder === undefined ? changed.has(file.path) : folders.has(folder);
  });
}

/** What `--list-rules` shows. */
export async function listRules(): Promise<readonly RuleInfo[]> {
  const auditors = await openAuditors();
  return auditors.flatMap((auditor) => auditor.rules);
}

function isUnchanged({ place }: Finding, { changed, cwd }: AuditOptions): boolean {
  return changed !== undefined && !isChanged(changed.get(resolve(cwd, place.file)), place.line, place.endLine);
}

function byPlace(a: Finding, b: Finding): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column || (a.rule < b.rule ? -1 : 1);
}
