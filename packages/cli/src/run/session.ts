import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLoss } from '../output.ts';
import { toSafeJson } from '../render/clean.ts';
import { terminalOptions } from '../render/style.ts';
import { UsageError } from '../usage-error.ts';
import { type ChildEnd, runChild } from './child.ts';
import { agentEnvironment } from './environment.ts';
import { KeptVerdicts } from './kept-verdicts.ts';
import { LiveView } from './live-view.ts';
import { readRecord } from './read-record.ts';
import { VerdictTail } from './verdict-tail.ts';

export interface SessionOptions {
  readonly command: readonly [string, ...string[]];
  readonly budgetMs?: number;
  readonly routeBudgets: readonly string[];
  /** One verdict per line on stdout instead of text on stderr. */
  readonly json: boolean;
  readonly quiet: boolean;
}

const REFRESH_MS = 1_000;

/** Runs the command under the agent and tells what held its requests up. */
export async function runSession(options: SessionOptions): Promise<ChildEnd> {
  // 0700: verdicts name routes, hosts and statements.
  const folder = await openFolder();
  const sinkPath = join(folder, 'verdicts.ndjson');
  const stderr = openWriter(process.stderr);
  const stdout = openWriter(process.stdout, (error) => {
    if (options.json) stderr(`holdup: ${describeLoss(error)}\n`);
  });
  const view = new LiveView({
    write: stderr,
    terminal: () => terminalOptions(process.stderr, process.env),
    now: () => performance.now(),
    quiet: options.quiet || options.json,
    keep: new KeptVerdicts().keep,
  });
  const tail = new VerdictTail({
    path: sinkPath,
    onLine: (line) => takeLine(line, view, options.json ? stdout : undefined),
    onTrouble: (error) => view.notice(`verdicts can no longer be read from ${sinkPath}: ${String(error)}`),
  });
  const refresh = setInterval(() => view.refresh(), REFRESH_MS);
  tail.start();
  try {
    const end = await runChild({
      command: options.command,
      env: agentEnvironment(process.env, {
        registerUrl: import.meta.resolve('@holdup/agent/register'),
        sinkPath,
        ...options,
      }),
      stdout: options.json ? 'stderr' : 'inherit',
      onTerminal: process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY,
    });
    await tail.stop();
    if (end.kind === 'ended') {
      view.reportBroken();
      view.reportUnwatched(options.command[0]);
      if (!options.json) view.summary();
    }
    return end;
  } finally {
    clearInterval(refresh);
    await rm(folder, { recursive: true, force: true });
  }
}

async function openFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'holdup-'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      'run',
      `no temporary folder for the verdicts: ${why}; point TMPDIR at a folder you may write to`,
    );
  }
}

function takeLine(line: string, view: LiveView, json: ((text: string) => void) | undefined): void {
  const record = readRecord(line);
  switch (record.kind) {
    case 'verdict':
      json?.(`${toSafeJson(record.verdict)}\n`);
      view.verdict(record.verdict);
      return;
    case 'notice':
      view.notice(record.text);
      return;
    case 'started':
      view.started();
      return;
    case 'broken':
      view.broken(record.why);
      return;
    case 'foreign':
      return;
  }
}

/**
 * Writes until nobody reads any more: a reader that left, as in `| head`, must not take the running command down.
 * @param onLoss Told once when it cannot be written for another reason.
 */
function openWriter(
  stream: NodeJS.WriteStream,
  onLoss: (error: Error) => void = () => undefined,
): (text: string) => void {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (open && error.code !== 'EPIPE') onLoss(error);
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}
