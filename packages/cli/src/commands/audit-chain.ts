import { readFileSync, writeFileSync } from 'node:fs';
import { type AuditReport, PolicyError, readBaseline, toJson } from '@holdup/audit';
import {
  auditChain,
  type ChainReport,
  chainJson,
  checkPolicy,
  drawChainHtml,
  drawChainSvg,
  loadChainFiles,
  type Policy,
  parsePolicy,
  toAuditReport,
} from '@holdup/audit/chain';
import { toSafeJson } from '../render/clean.ts';
import { renderAudit } from '../render/hazards.ts';
import { placeOfPage } from '../render/page.ts';
import type { RenderOptions } from '../render/style.ts';
import { renderTimeoutChains } from '../render/timeout-chain.ts';
import { UsageError } from '../usage-error.ts';
import { exitCodeOf } from './audit-exit-code.ts';
import { fetchLive } from './audit-live.ts';

export interface ChainFlags {
  /** Addresses of running agents. */
  readonly live?: readonly string[];
  readonly policy?: string;
  readonly svg?: string;
  readonly html?: string;
  readonly rule?: readonly string[];
  readonly ignore?: readonly string[];
  readonly baseline?: string;
}

export interface ChainOutcome {
  readonly chain: ChainReport;
  readonly report: AuditReport;
  /** 0 nothing wrong, 1 something found or not readable, 2 nothing could be read. */
  readonly exitCode: number;
}

/** `holdup audit --chain`: the timeouts of a chain of hops from their own configurations. */
export async function runChainAudit(paths: readonly string[], flags: ChainFlags): Promise<ChainOutcome> {
  const policy = flags.policy === undefined ? undefined : readPolicy(flags.policy);
  const { files: written, ...loaded } = await loadChainFiles(paths, process.cwd());
  const files = [...written, ...(await Promise.all((flags.live ?? []).map(fetchLive)))];
  const read = await auditChain({ ...loaded, files });
  const broken = policy ? checkPolicy(policy, read.hops) : [];
  const chain: ChainReport = {
    ...read,
    hazards: [...read.hazards, ...broken],
    problems: [...loaded.problems, ...read.problems],
  };
  const known: ReadonlySet<string> = flags.baseline === undefined ? new Set() : readBaseline(flags.baseline);
  const report = toAuditReport(chain, files, { only: flags.rule ?? [], ignore: flags.ignore ?? [], known });
  if (flags.svg !== undefined) write(flags.svg, drawChainSvg(chain));
  if (flags.html !== undefined) write(flags.html, drawChainHtml(chain, report.findings));
  if (chain.hops.length === 0) {
    const page = placeOfPage('docs/commands/audit.md');
    process.stderr.write(`holdup audit: no hop found; what --chain reads is listed in ${page}\n`);
  }
  return { chain, report, exitCode: chain.hops.length === 0 ? 2 : exitCodeOf(report) };
}

export function chainAsJson({ chain, report }: ChainOutcome): string {
  return `${toSafeJson({ ...toJson(report), ...chainJson(chain) })}\n`;
}

export function chainAsText({ chain, report }: ChainOutcome, options: RenderOptions): string {
  return renderTimeoutChains(chain, options) + renderAudit(report, options);
}

function readPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new PolicyError(`--policy ${file}: cannot be read`);
  }
  return parsePolicy(file, text);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      'audit',
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
