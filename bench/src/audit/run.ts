import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateLarge, generateTree, type Language } from './generate.ts';
import { measure, type Run } from './measure.ts';
import { findGoSource, installNoctx, installOxlint, type Peer } from './peers.ts';

export interface Reading extends Omit<Run, 'output'> {
  readonly tool: string;
  readonly tree: string;
  /** Source files in the tree, or that the tool says it read. */
  readonly files: number;
  /** What was asked of it beside speed, and whether it holds. */
  readonly check?: { readonly what: string; readonly holds: boolean };
}

export interface AuditBench {
  readonly readings: readonly Reading[];
  readonly skipped: readonly string[];
}

export interface AuditPlan {
  /** In the smallest tree; the others have two and four times as many. */
  readonly files: number;
  readonly runs: number;
  /** Beside the generated ones. */
  readonly trees: readonly string[];
  readonly progress: (line: string) => void;
}

const HOLDUP = fileURLToPath(new URL('../../../packages/cli/bin/holdup.mjs', import.meta.url));
const LARGE_BYTES = 50_000_000;
const MANY_FILES = 10_000;

interface Bench {
  readonly plan: AuditPlan;
  readonly folder: string;
  readonly readings: Reading[];
  readonly skipped: string[];
}

/** Measures `holdup audit` and its peers on the same trees, in turns. @throws Error when ours does not run. */
export async function runAuditBench(plan: AuditPlan): Promise<AuditBench> {
  const folder = await mkdtemp(join(tmpdir(), 'holdup-bench-audit-'));
  const bench: Bench = { plan, folder, readings: [], skipped: [] };
  try {
    plan.progress('installing noctx and oxlint');
    const peers = { go: await installNoctx(folder), ts: await installOxlint(folder) };
    for (const peer of Object.values(peers)) if ('reason' in peer) bench.skipped.push(`${peer.name}: ${peer.reason}`);
    for (const language of ['go', 'ts'] as const) {
      for (const times of [1, 2, 4]) await measureTree(bench, language, times * plan.files, peers[language]);
    }
    const goSource = await findGoSource();
    for (const tree of goSource === undefined ? plan.trees : [goSource, ...plan.trees])
      await auditTree(bench, tree, tree);
    for (const language of ['go', 'ts'] as const) await measureLarge(bench, language);
    await measureBroken(bench);
    return { readings: bench.readings, skipped: bench.skipped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureTree(bench: Bench, language: Language, count: number, peer: Peer): Promise<void> {
  const tree = join(bench.folder, `${language}-${count}`);
  generateTree(tree, language, count);
  const name = `${language}, generated`;
  await auditTree(bench, tree, name);
  for (let run = 1; 'command' in peer && run <= bench.plan.runs; run += 1) {
    bench.plan.progress(`${peer.name}, ${name}: run ${run} of ${bench.plan.runs}`);
    const { output, ...rest } = await measure(peer.command, peer.args, tree);
    bench.readings.push({ tool: peer.name, tree: name, files: count, ...rest });
  }
  rmSync(tree, { recursive: true });
}

async function auditTree(bench: Bench, tree: string, name: string): Promise<void> {
  for (let run = 1; run <= bench.plan.runs; run += 1) {
    bench.plan.progress(`holdup audit, ${name}: run ${run} of ${bench.plan.runs}`);
    const { output, ...rest } = await audit(tree);
    bench.readings.push({ tool: 'holdup', tree: name, files: readCounts(output).files, ...rest });
  }
}

/** One file of 50 MB beside a small one: the run goes on and says that it passed the large one over. */
async function measureLarge(bench: Bench, language: Language): Promise<void> {
  const tree = join(bench.folder, `large-${language}`);
  mkdirSync(tree);
  generateLarge(join(tree, `large.${language}`), language, LARGE_BYTES);
  generateTree(tree, language, 1);
  bench.plan.progress(`holdup audit, a ${language} file of 50 MB`);
  const { output, ...rest } = await audit(tree);
  const { files, problems, findings } = readCounts(output);
  const holds = rest.code === 1 && findings > 0 && problems.some((each) => each.includes(`large.${language}`));
  const check = { what: 'the large file is named, the other one audited', holds };
  bench.readings.push({ tool: 'holdup', tree: `${language}, one of 50 MB`, files, ...rest, check });
  rmSync(tree, { recursive: true });
}

async function measureBroken(bench: Bench): Promise<void> {
  const tree = join(bench.folder, 'broken');
  const files = generateTree(tree, 'go', MANY_FILES);
  const broken = files[MANY_FILES / 2] ?? '';
  writeFileSync(broken, 'package shop\n\nfunc broken( {\n');
  bench.plan.progress(`holdup audit, a syntax error among ${MANY_FILES} files`);
  const { output, ...rest } = await audit(tree);
  const counts = readCounts(output);
  const named = counts.problems.length === 1 && broken.endsWith(counts.problems[0]?.split(':')[0] ?? '?');
  const check = { what: 'the broken file is named, the others audited', holds: named && counts.files === MANY_FILES };
  bench.readings.push({ tool: 'holdup', tree: 'go, a syntax error', files: counts.files, ...rest, check });
}

async function audit(tree: string): Promise<Run> {
  const run = await measure(process.execPath, [HOLDUP, 'audit', '.', '--tests', '--json'], tree);
  if (run.code === 0 || run.code === 1) return run;
  throw new Error(`holdup audit ended with ${run.code} on ${tree}`);
}

interface Counts {
  readonly files: number;
  readonly findings: number;
  /** `file:line` each. */
  readonly problems: readonly string[];
}

function readCounts(output: string): Counts {
  // Parsed edge: what `holdup audit --json` writes.
  const report = JSON.parse(output) as {
    readonly hazards: readonly unknown[];
    readonly problems: readonly { readonly file: string; readonly line?: number }[];
    readonly counts: { readonly files: number };
  };
  return {
    files: report.counts.files,
    findings: report.hazards.length,
    problems: report.problems.map(({ file, line }) => `${file}:${line ?? ''}`),
  };
}
