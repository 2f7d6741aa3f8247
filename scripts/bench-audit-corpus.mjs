/**
 * `npm run bench:audit-corpus -- <rule> <path…> [--json]`: a rule against other people's expectations: the `// want` comments that Go's
 * analyzers keep in their test data. Compares lines, and on a line the number of findings. `-- --all <folder>`: every `testdata` below that lies
 * below a folder with a known linter's name, as a table. Exit 2 when it could not run.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:audit-corpus -- go/no-context ../noctx/testdata [--json], or -- --all ../linters';

/** The last of these in a path is whose test data it is: golangci-lint has a folder for each. */
const LINTERS = {
  noctx: 'go/no-context',
  lostcancel: 'go/lost-cancel',
  bodyclose: 'go/body-not-closed',
  contextcheck: 'go/context-not-passed',
  sqlclosecheck: 'go/rows-not-closed',
  rowserrcheck: 'go/rows-err-unchecked',
  containedctx: 'go/context-in-struct',
  fatcontext: 'go/nested-context',
};

/** `// want "a" "b"` and with backquotes: each string is one expected finding on the line. */
const WANT = /\/\/ want ((?:"|`).*)$/;
const EACH = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;

/** What `--all` leaves out: test data of modes that the linter itself has off, or whose expectations are no comments. */
const LEFT_OUT = [
  [/\/consumption\/|bodyclose_custum\.go$/, "for bodyclose's option check-consumption, off by default"],
  [/structpointer/, "for fatcontext's option check-struct-pointers, off by default"],
  [
    /no_function_literals|no_loops|checkfunctionliterals|checkloops/,
    'for options of fatcontext that switch a check off',
  ],
  [/fatcontext\/testdata\/fix\//, 'input and output of fixes, without expectations'],
  [/sqlx_examples/, 'expectations in the names of files only'],
];

function readArguments() {
  return readOptions(
    USAGE,
    {
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, all: { type: 'string' } },
    },
    (values, positionals) => {
      if (values.all !== undefined) return { all: values.all, paths: [], json: values.json };
      const [rule, ...paths] = positionals;
      if (!rule?.includes('/') || paths.length === 0) throw new Error('a rule and a folder are needed');
      return { rule, paths, json: values.json };
    },
  );
}

/** Stubs of other modules lie in `vendor` and are nobody's expectation. */
function findGo(path) {
  if (!statSync(path).isDirectory()) return path.endsWith('.go') ? [path] : [];
  return readdirSync(path).flatMap((name) => (name === 'vendor' ? [] : findGo(join(path, name))));
}

function expectedByLine(text) {
  return text.split('\n').map((line) => WANT.exec(line)?.[1].match(EACH)?.length ?? 0);
}

function compare(files, findings) {
  const result = { right: 0, missed: [], extra: [] };
  for (const file of files) {
    const lines = readFileSync(file, 'utf8');
    const found = findings.get(file) ?? new Map();
    expectedByLine(lines).forEach((want, index) => {
      const got = found.get(index + 1) ?? 0;
      const place = `${file}:${index + 1}  ${lines.split('\n')[index].trim()}`;
      result.right += Math.min(want, got);
      for (let i = got; i < want; i += 1) result.missed.push(place);
      for (let i = want; i < got; i += 1) result.extra.push(place);
    });
  }
  return result;
}

const { rule, paths, json, all } = readArguments();
await ensure();
const { runAudit } = await import('../packages/audit/dist/index.js');

async function judge(id, files) {
  const config = { folder: process.cwd(), exclude: [], rules: {} };
  const report = await runAudit({ paths: files, cwd: '/', config, only: [id], ignore: [], tests: true });
  const findings = new Map();
  for (const { place } of report.findings) {
    const file = resolve('/', place.file);
    const lines = findings.get(file) ?? new Map();
    findings.set(file, lines.set(place.line, (lines.get(place.line) ?? 0) + 1));
  }
  return compare(files, findings);
}

function share(part, of) {
  return of === 0 ? 'none' : `${part}/${of} (${((100 * part) / of).toFixed(1)} %)`;
}

function showDifferences({ missed, extra }) {
  for (const place of missed) process.stdout.write(`missed  ${place}\n`);
  for (const place of extra) process.stdout.write(`extra   ${place}\n`);
}

function isLeftOut(file) {
  const reason = LEFT_OUT.find(([pattern]) => pattern.test(file))?.[1];
  if (reason !== undefined) process.stderr.write(`left out  ${file}: ${reason}\n`);
  return reason !== undefined;
}

function findTestdata(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const path = join(folder, entry.name);
    return entry.name === 'testdata' ? [path] : findTestdata(path);
  });
}

/** The linter whose name stands last in the path, alone or behind a `+` or `-` of a snapshot's name. */
function linterOf(path) {
  const parts = path.split(/[\\/+-]/).reverse();
  return parts.find((part) => part in LINTERS);
}

async function judgeAll(root) {
  const rows = [];
  for (const folder of findTestdata(root)) {
    const linter = linterOf(relative(root, folder)) ?? linterOf(basename(resolve(root)));
    if (linter === undefined) continue;
    const files = findGo(resolve(folder)).filter((file) => !isLeftOut(file));
    const result = await judge(LINTERS[linter], files);
    if (result.right + result.missed.length === 0) continue;
    rows.push({ rule: LINTERS[linter], corpus: relative(root, folder), ...result });
  }
  if (rows.length === 0)
    throw new Error(`${root}: no testdata with expectations of ${Object.keys(LINTERS).join(', ')}`);
  return rows;
}

function showTable(rows) {
  for (const row of rows) showDifferences(row);
  process.stdout.write('\n| rule | corpus | recall | precision |\n|---|---|---|---|\n');
  for (const { rule: id, corpus, right, missed, extra } of rows) {
    const recall = share(right, right + missed.length);
    process.stdout.write(`| ${id} | ${corpus} | ${recall} | ${share(right, right + extra.length)} |\n`);
  }
  const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
  const right = sum((row) => row.right);
  const recall = share(right, right + sum((row) => row.missed.length));
  process.stdout.write(`| together | | ${recall} | ${share(right, right + sum((row) => row.extra.length))} |\n`);
}

try {
  if (all !== undefined) {
    const rows = await judgeAll(all);
    if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else showTable(rows);
  } else {
    const result = await judge(
      rule,
      paths.flatMap((path) => findGo(resolve(path))),
    );
    const { right, missed, extra } = result;
    if (json) process.stdout.write(`${JSON.stringify({ rule, right, missed, extra }, null, 2)}\n`);
    else {
      showDifferences(result);
      const precision = share(right, right + extra.length);
      process.stdout.write(`${rule}: recall ${share(right, right + missed.length)}, precision ${precision}\n`);
    }
  }
} catch (error) {
  giveUp(error.message);
}
