import { writeFile } from 'node:fs/promises';
import { FlameError, type FlameOptions, renderFlamePage, topFunctions } from '@holdup/flame';
import { Command } from 'commander';
import { type OpenProfile, openProfile } from '../flame/open-profile.ts';
import { reasonOf } from '../flame/read-source.ts';
import { clean, toSafeJson } from '../render/clean.ts';
import { renderTop } from '../render/flame-top.ts';
import { terminalOptions } from '../render/style.ts';
import { UsageError } from '../usage-error.ts';

interface FlameFlags {
  readonly diff?: string;
  readonly out?: string;
  readonly top?: true;
  readonly type?: string;
  readonly focus?: string;
  readonly json?: true;
}

const EXAMPLES = `
Reads pprof, V8 .cpuprofile and .heapprofile, Go's goroutine and contention
text, folded stacks, and the agent's verdicts; gzipped or not; - for standard
input.

Examples:
  holdup flame cpu.pb.gz
  holdup flame CPU.20261122.cpuprofile --top
  holdup flame "http://localhost:6060/debug/pprof/profile?seconds=10" -o a.html
  holdup flame after.pb.gz --diff before.pb.gz --focus database/sql`;

/** `holdup flame`: a profile as a page to look at, or as a table. */
export function flameCommand(): Command {
  return new Command('flame')
    .description('draw a profile as a flame graph, in one HTML file')
    .argument('<file|url>', 'the profile')
    .option('--diff <file|url>', 'the profile to compare it with')
    .option('-o, --out <file>', 'where to write the page; - for stdout (default: <name>.flame.html)')
    .option('--top', 'print the functions as a table; no page unless -o says where')
    .option('--type <type>', 'sample type to show first, such as cpu or inuse_space')
    .option('--focus <text>', 'only stacks with a function that matches; /…/ is a pattern')
    .option('--json', 'one JSON document on stdout instead of text')
    .addHelpText('after', EXAMPLES)
    .action((place: string, flags: FlameFlags) => run(place, flags));
}

async function run(place: string, flags: FlameFlags): Promise<void> {
  if (flags.out === '-' && (flags.top || flags.json)) {
    throw new UsageError('flame', '-o - writes the page to stdout, where --top and --json would stand; name a file');
  }
  if (place === '-' && flags.diff === '-')
    throw new UsageError('flame', 'only one of the two can come from standard input');
  const opened = await openProfile(place);
  const base = flags.diff === undefined ? undefined : await openProfile(flags.diff);
  const options: FlameOptions = {
    title: opened.title,
    ...(base ? { base } : {}),
    ...(flags.type === undefined ? {} : { type: flags.type }),
    ...(flags.focus === undefined ? {} : { focus: flags.focus }),
  };
  try {
    await show(opened, options, flags);
  } catch (error) {
    if (error instanceof FlameError) throw new UsageError('flame', `${opened.title}: ${error.message}`);
    throw error;
  }
}

async function show({ profile, title }: OpenProfile, options: FlameOptions, flags: FlameFlags): Promise<void> {
  const wantsPage = !flags.top || flags.out !== undefined;
  const written = wantsPage
    ? await writePage(renderFlamePage(profile, options), flags.out ?? nameFor(title))
    : undefined;
  if (flags.json) {
    const table = topFunctions(profile, options);
    process.stdout.write(`${toSafeJson({ title, page: written ?? null, ...table })}\n`);
  } else if (flags.top) {
    const terminal = terminalOptions(process.stdout, process.env);
    process.stdout.write(`${renderTop(topFunctions(profile, options), options, terminal)}\n`);
  }
  if (written !== undefined) process.stderr.write(`wrote ${clean(written, true)}: open it in a browser\n`);
}

/** @returns The file; undefined: it went to stdout. */
async function writePage(html: string, out: string): Promise<string | undefined> {
  if (out === '-') {
    process.stdout.write(html);
    return undefined;
  }
  try {
    await writeFile(out, html);
    return out;
  } catch (error) {
    const isFolderMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      'flame',
      `cannot write ${out}: ${isFolderMissing ? 'there is no such folder' : reasonOf(error)}`,
    );
  }
}

/** In the working folder, named after the profile: `cpu.pb.gz` → `cpu.flame.html`. */
function nameFor(title: string): string {
  const stem = title.replace(/(\.pb|\.pprof|\.cpuprofile|\.heapprofile|\.txt|\.folded|\.json|\.gz)+$/i, '');
  const safe = stem
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 100);
  return `${safe || 'profile'}.flame.html`;
}
