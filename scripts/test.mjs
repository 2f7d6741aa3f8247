/**
 * `npm test [-- --node 20] [-- path-part …]`: builds once, then runs every test file on each Node that Holdup promises to run on.
 * The last line sums all runs: `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ensure } from './ensure.mjs';
import { readOptions } from './read-options.mjs';
import { root } from './run-quiet.mjs';
import { installRuntime, MAJORS } from './runtimes.mjs';
import { COUNTS_MARK } from './test-reporter.mjs';

/** Folders that hold rooms, and rooms that stand alone. */
const ROOM_PARENTS = ['packages'];
const LONE_ROOMS = ['demo', 'bench', 'lab', 'transparency'];

/**
 * Many tests measure time, with processes and watchdogs of their own: a core per file, and one for what the files start. More at
 * once, and they wait for the processor instead of what they test.
 */
const SPARE_CORES = 1;
const MOST_FILES_AT_ONCE = 4;

/** Milliseconds one test may take; real databases start within this even on a busy machine. */
const TEST_TIMEOUT_MS = 180_000;

function readArguments() {
  return readOptions(
    'npm test [-- --node 20] [-- path-part …]',
    {
      options: { node: { type: 'string', multiple: true } },
      allowPositionals: true,
    },
    (values, positionals) => {
      const majors = (values.node ?? []).map(Number);
      const wrong = majors.find((major) => !MAJORS.includes(major));
      if (wrong !== undefined) throw new Error(`--node takes one of ${MAJORS.join(', ')}`);
      return { majors: majors.length > 0 ? majors : MAJORS, parts: positionals };
    },
  );
}

function listRooms() {
  const inParents = ROOM_PARENTS.filter((parent) => existsSync(join(root, parent))).flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(parent, entry.name)),
  );
  return [...inParents, ...LONE_ROOMS];
}

function listFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => !name.split(sep).includes('node_modules'));
}

/** Looks at the sources: dist keeps the output of tests that were since deleted. */
function findTests(parts) {
  const inRooms = listRooms().flatMap((room) =>
    listFiles(join(room, 'src'))
      .filter((source) => source.endsWith('.test.ts'))
      .map((source) => ({ room, source })),
  );
  const scripts = listFiles('scripts').filter((source) => source.endsWith('.test.mjs'));
  const all = [...inRooms, ...scripts.map((source) => ({ source }))];
  const isAskedFor = ({ source }) => parts.some((part) => source.split(sep).join('/').includes(part));
  return parts.length === 0 ? all : all.filter(isAskedFor);
}

/** What Node runs of a test. A room that compiles other folders beside `src` has `dist/src`. */
function compiledName({ room, source }) {
  if (room === undefined) return source;
  const compiled = source.slice(room.length + 1).replace(/\.ts$/, '.js');
  const names = [join(room, 'dist', compiled), join(room, 'dist', compiled.replace(`src${sep}`, ''))];
  const found = names.find((name) => existsSync(join(root, name)));
  // Node 22 and later would pass over it in silence.
  if (found === undefined)
    throw new Error(`${source} was not compiled: does a tsconfig.test.json of its room include it?`);
  return found;
}

/** Runs the files on one runtime; counts one failure when Node fails beside its tests. */
function runTests(nodePath, files) {
  const atOnce = Math.min(MOST_FILES_AT_ONCE, Math.max(1, availableParallelism() - SPARE_CORES));
  const reporter = pathToFileURL(join(root, 'scripts', 'test-reporter.mjs')).href;
  const flags = ['--test', `--test-concurrency=${atOnce}`, `--test-timeout=${TEST_TIMEOUT_MS}`];
  const env = { ...process.env, PATH: `${dirname(nodePath)}${delimiter}${process.env.PATH ?? ''}` };
  // A test must not see that it is run by npm, or by another test run: its own children would behave otherwise.
  delete env.NODE_OPTIONS;
  delete env.NODE_TEST_CONTEXT;
  return new Promise((resolve) => {
    const child = spawn(nodePath, [...flags, `--test-reporter=${reporter}`, ...files], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let counts = { passed: 0, failed: 0, skipped: 0 };
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith(COUNTS_MARK)) counts = JSON.parse(line.slice(COUNTS_MARK.length));
      else process.stdout.write(`${line}\n`);
    });
    const finish = (bad, why) => {
      if (bad && counts.failed === 0) {
        process.stdout.write(`  ✗ the test run itself failed: ${why}\n`);
        counts.failed = 1;
      }
      resolve(counts);
    };
    child.on('error', (error) => finish(true, error.message));
    child.on('close', (code, signal) => finish(code !== 0, `node --test ended with ${signal ?? `code ${code}`}`));
  });
}

const { majors, parts } = readArguments();
const tests = findTests(parts);
if (tests.length === 0) {
  process.stderr.write(
    `holdup: no test file's path contains ${parts.map((part) => JSON.stringify(part)).join(' or ')}\n`,
  );
  process.exit(2);
}

await ensure();
const files = tests.map(compiledName).sort();
const total = { passed: 0, failed: 0, skipped: 0 };
const notRun = [];
for (const major of majors) {
  const runtime = await installRuntime(major);
  if (!runtime.path) {
    // A platform without this Node is a fact; a network that failed must not pass for a run.
    if (!runtime.unavailable) total.failed += 1;
    notRun.push(`Node ${major} ${runtime.unavailable ? 'skipped' : 'FAILED'}: ${runtime.reason}`);
    continue;
  }
  process.stdout.write(`\nNode ${major}\n`);
  const counts = await runTests(runtime.path, files);
  process.stdout.write(
    `  ${counts.passed} of ${counts.passed + counts.failed + counts.skipped} passed on Node ${major}\n`,
  );
  for (const key of Object.keys(total)) total[key] += counts[key];
}
process.stdout.write(`\n${notRun.map((line) => `${line}\n`).join('')}`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
