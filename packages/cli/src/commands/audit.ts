import {
  type AuditReport,
  BaselineError,
  ConfigError,
  findChangedLines,
  listRules,
  loadConfig,
  PathError,
  PolicyError,
  readBaseline,
  runAudit,
  SinceError,
  toGithub,
  toJson,
  toSarif,
  writeBaseline,
} from '@holdup/audit';
import { Command } from 'commander';
import { openAuditProgress } from '../render/audit-progress.ts';
import { toSafeJson } from '../render/clean.ts';
import { renderAudit, renderRules } from '../render/hazards.ts';
import { terminalOptions } from '../render/style.ts';
import { UsageError } from '../usage-error.ts';
import type { ChainFlags } from './audit-chain.ts';
import { exitCodeOf } from './audit-exit-code.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof FORMATS)[number];

interface AuditFlags extends ChainFlags {
  readonly chain?: true;
  readonly format?: Format;
  readonly json?: true;
  readonly since?: string;
  readonly writeBaseline?: string;
  readonly config?: string;
  readonly tests?: true;
  readonly listRules?: true;
}

const EXAMPLES = `
Examples:
  holdup audit src
  holdup audit . --since origin/main --format github
  holdup audit . --write-baseline holdup-baseline.json
  holdup audit --chain nginx.conf src/server.ts src/db.ts
  holdup audit --chain deploy/ src/ --live http://127.0.0.1:6060
  holdup audit . --baseline holdup-baseline.json --format sarif > holdup.sarif

Exits with 0 when nothing was found but notes, 1 when an error or a warning was,
or when a file could not be audited, 2 when the audit could not be run.`;

/** `holdup audit`: what in the source can hold a request up, or keep it from being stopped. */
export function auditCommand(setExitCode: (code: number) => void, readVersion: () => string): Command {
  return new Command('audit')
    .description('find in source what can hold requests up')
    .argument('[path...]', 'files and folders')
    .option('--format <format>', `${FORMATS.join(', ')} (default: text)`, readFormat)
    .option('--json', 'the same as --format json')
    .option('--rule <name>', 'only this rule or group, such as js or js/unbounded-request; may be repeated', add)
    .option('--ignore <name>', 'not this rule or group; may be repeated', add)
    .option('--since <revision>', 'only lines that changed since this revision of git')
    .option('--baseline <file>', 'leave out what stands in this file')
    .option('--write-baseline <file>', 'write what is found now into a file, for --baseline')
    .option('--config <file>', 'instead of the nearest holdup.config.json')
    .option('--tests', 'test files too')
    .option('--chain', 'the timeouts of a chain: proxies, meshes, servers, clients, pools, databases')
    .option('--live <url>', 'with --chain: a running agent that tells its real values; may be repeated', addOne)
    .option('--policy <file>', "with --chain: the team's own limits (YAML)")
    .option('--svg <file>', 'with --chain: draw the chain into a file')
    .option('--html <file>', 'with --chain: the drawing and the findings as one page')
    .option('--list-rules', 'the rules there are')
    .addHelpText('after', EXAMPLES)
    .action((paths: readonly string[], flags: AuditFlags) =>
      asUsage(() => audit(paths, flags, setExitCode, readVersion)),
    );
}

async function audit(
  paths: readonly string[],
  flags: AuditFlags,
  setExitCode: (code: number) => void,
  readVersion: () => string,
): Promise<void> {
  if (flags.listRules) {
    process.stdout.write(await showRules(flags));
    return;
  }
  const alone = (['live', 'policy', 'svg', 'html'] as const).find((name) => flags[name] !== undefined);
  if (alone && !flags.chain) throw new UsageError('audit', `--${alone} goes with --chain`);
  if (paths.length === 0 && flags.live === undefined)
    throw new UsageError('audit', 'no path; name files or folders, as in: holdup audit src');
  if (flags.chain) {
    const strange = (['since', 'config', 'tests'] as const).find((name) => flags[name] !== undefined);
    if (strange) throw new UsageError('audit', `--${strange} does not go with --chain`);
    await overChain(paths, flags, setExitCode, readVersion);
    return;
  }
  const report = await runOver(paths, flags);
  if (writeReport(report, flags)) return;
  process.stdout.write(show(report, flags, readVersion));
  setExitCode(exitCodeOf(report));
}

/** @returns Whether a baseline was asked for instead of a report. */
function writeReport({ findings }: AuditReport, { writeBaseline: file }: AuditFlags): boolean {
  if (file === undefined) return false;
  writeBaseline(file, findings);
  process.stderr.write(`holdup audit: wrote ${findings.length} known to ${file}; give it to --baseline\n`);
  return true;
}

async function overChain(
  paths: readonly string[],
  flags: AuditFlags,
  setExitCode: (code: number) => void,
  readVersion: () => string,
): Promise<void> {
  // Its parsers of a dozen formats take as long to load as a small tree to audit.
  const { chainAsJson, chainAsText, runChainAudit } = await import('./audit-chain.ts');
  const outcome = await runChainAudit(paths, flags);
  setExitCode(writeReport(outcome.report, flags) ? 0 : outcome.exitCode);
  if (flags.writeBaseline !== undefined) return;
  const format = formatOf(flags);
  if (format === 'json') process.stdout.write(chainAsJson(outcome));
  else if (format === 'text') process.stdout.write(chainAsText(outcome, terminalOptions(process.stdout, process.env)));
  else process.stdout.write(show(outcome.report, flags, readVersion));
}

async function runOver(paths: readonly string[], flags: AuditFlags): Promise<AuditReport> {
  const cwd = process.cwd();
  const progress = openAuditProgress(process.stderr, process.env);
  try {
    return await runAudit({
      paths,
      cwd,
      config: loadConfig(cwd, flags.config),
      only: flags.rule ?? [],
      ignore: flags.ignore ?? [],
      tests: flags.tests ?? false,
      onProgress: progress.update,
      ...(flags.baseline === undefined ? {} : { known: readBaseline(flags.baseline) }),
      ...(flags.since === undefined ? {} : { changed: await findChangedLines(flags.since, cwd) }),
    });
  } finally {
    progress.close();
  }
}

function show(report: AuditReport, flags: AuditFlags, readVersion: () => string): string {
  switch (formatOf(flags)) {
    case 'json':
      return `${toSafeJson(toJson(report))}\n`;
    case 'sarif':
      return `${toSafeJson(toSarif(report, readVersion()))}\n`;
    case 'github':
      return toGithub(report);
    case 'text':
      return renderAudit(report, terminalOptions(process.stdout, process.env));
  }
}

async function showRules(flags: AuditFlags): Promise<string> {
  const rules = await listRules();
  if (formatOf(flags) === 'json') return `${toSafeJson({ rules })}\n`;
  return renderRules(rules, terminalOptions(process.stdout, process.env));
}

function formatOf({ format, json }: AuditFlags): Format {
  return format ?? (json ? 'json' : 'text');
}

/** What is the user's to mend becomes one line. */
async function asUsage(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const kinds = [PathError, PolicyError, ConfigError, BaselineError, SinceError];
    if (error instanceof Error && kinds.some((kind) => error instanceof kind)) {
      throw new UsageError('audit', error.message);
    }
    throw error;
  }
}

function readFormat(text: string): Format {
  const format = FORMATS.find((it) => it === text);
  if (!format) throw new UsageError('audit', `--format: ${JSON.stringify(text)} is none of ${FORMATS.join(', ')}`);
  return format;
}

function addOne(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function add(name: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...name.split(',')];
}
