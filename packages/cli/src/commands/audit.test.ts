import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import Ajv from 'ajv-draft-04';
import { runCli } from '../testing/run-cli.ts';

const DB = `import { Pool } from 'pg';

export const pool = new Pool({ max: 4, connectionTimeoutMillis: 500, statement_timeout: 900 });
`;
const APP = `import { pool } from './db.ts';

export async function titles(ids: string[], signal: AbortSignal) {
  const found = [];
  for (const id of ids) {
    found.push(await pool.query('SELECT title FROM products WHERE id = $1', [id]));
  }
  await fetch('https://hook.example/titles-were-asked-for?by=' + encodeURIComponent(String(ids.length)) + '&x=1');
  return found;
}
`;

/** A project with two findings in `src/app.ts`, lines 6 and 8. */
function writeProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdup cli audit ')));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'src/db.ts': DB, 'src/app.ts': APP, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const audit = (cwd: string, args: readonly string[] = ['.'], env: NodeJS.ProcessEnv = {}) =>
  runCli(['audit', ...args], { cwd, env });

describe('holdup audit: text', () => {
  it('shows each finding with its source, within 80 columns and without colours in a pipe', async () => {
    const { code, stdout, stderr } = await audit(writeProject());
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.match(stdout, /^src\/app\.ts:6:22 {2}warning {2}js\/query-in-loop$/m);
    assert.match(stdout, /^ {2}6 . {5}found\.push\(await pool\.query\(/m);
    assert.match(stdout, /^ +. +\^{10}$/m);
    assert.match(stdout, /^src\/app\.ts:8:9 {2}warning {2}js\/signal-not-passed$/m);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, `${line.length} columns: ${line}`);
    assert.ok(!stdout.includes('\u001b'));
  });

  it('takes colours where they are forced, and none with NO_COLOR', async () => {
    const cwd = writeProject();
    assert.ok((await audit(cwd, ['.'], { FORCE_COLOR: '1' })).stdout.includes('\u001b['));
    assert.ok(!(await audit(cwd, ['.'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout.includes('\u001b['));
  });
});

describe('holdup audit: exit codes', () => {
  it('is 0 where nothing was found', async () => {
    const { code, stdout } = await audit(writeProject({ 'src/app.ts': 'export const a = 1;\n' }));
    assert.equal(code, 0);
    assert.match(stdout, /^holdup audit: /);
  });

  it('is 1 for a file that does not parse, which is named', async () => {
    const { code, stdout } = await audit(writeProject({ 'src/app.ts': 'const = 1;\n' }));
    assert.equal(code, 1);
    assert.match(stdout, /src\/app\.ts:1:7/);
  });

  for (const [what, args, says] of [
    ['a path that is not there', ['nowhere'], /nowhere does not exist/],
    ['a format that is none', ['.', '--format', 'xml'], /xml/],
    ['a rule that is none', ['.', '--rule', 'js/no-such'], /js\/no-such/],
    ['a baseline that is not there', ['.', '--baseline', 'none.json'], /none\.json/],
    ['a revision where there is no repository', ['.', '--since', 'HEAD'], /HEAD|git/],
  ] as const) {
    it(`is 2 for ${what}, in one line`, async () => {
      const { code, stdout, stderr } = await audit(writeProject(), args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });
  }
});

describe('holdup audit: for machines', () => {
  it('--json is one document', async () => {
    const { code, stdout } = await audit(writeProject(), ['.', '--json']);
    assert.equal(code, 1);
    assert.match(stdout, /"js\/query-in-loop"/);
    assert.equal(typeof JSON.parse(stdout), 'object');
  });

  it('--format sarif is valid by the schema of 2.1.0', async () => {
    const { stdout } = await audit(writeProject(), ['.', '--format', 'sarif']);
    const { default: addFormats } = await import('ajv-formats');
    const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    const at = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'));
    const schema: object = JSON.parse(readFileSync(join(at, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'));
    const sarif: { runs: { results: { ruleId: string }[] }[] } = JSON.parse(stdout);
    assert.equal(ajv.validate(schema, sarif), true, ajv.errorsText(ajv.errors));
    assert.deepEqual(
      sarif.runs[0]?.results.map(({ ruleId }) => ruleId),
      ['js/query-in-loop', 'js/signal-not-passed'],
    );
  });

  it('--format github writes one annotation per finding', async () => {
    const { stdout } = await audit(writeProject(), ['.', '--format', 'github']);
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/::(?!warning).*$/s, '')),
      [
        '::warning file=src/app.ts,line=6,endLine=6,col=22,endColumn=32,title=js/query-in-loop',
        '::warning file=src/app.ts,line=8,endLine=8,col=9,endColumn=14,title=js/signal-not-passed',
      ],
    );
  });
});

describe('holdup audit: only what is new', () => {
  it('leaves out what the baseline has, wherever it moved', async () => {
    const cwd = writeProject();
    const written = await audit(cwd, ['.', '--write-baseline', 'known.json']);
    assert.equal(written.code, 0);
    assert.match(written.stderr, /wrote 2 known to known\.json/);
    writeFileSync(join(cwd, 'src/app.ts'), `// moved\n\n${APP}`);
    assert.equal((await audit(cwd, ['.', '--baseline', 'known.json'])).code, 0);
    writeFileSync(join(cwd, 'src/app.ts'), `${APP}export const more = () => fetch('https://a.example');\n`);
    const { code, stdout } = await audit(cwd, ['.', '--baseline', 'known.json']);
    assert.equal(code, 1);
    assert.match(stdout, /^src\/app\.ts:11:/m);
    assert.doesNotMatch(stdout, /query-in-loop/);
  });

  it('--since looks at changed lines only', async () => {
    const cwd = writeProject();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'pipe' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    assert.equal((await audit(cwd, ['.', '--since', 'HEAD'])).code, 0);
    writeFileSync(join(cwd, 'src/app.ts'), `${APP}export const more = () => fetch('https://a.example');\n`);
    const { code, stdout } = await audit(cwd, ['.', '--since', 'HEAD', '--json']);
    assert.equal(code, 1);
    assert.deepEqual(
      [...stdout.matchAll(/"rule":\s*"([^"]+)"/g)].map(([, rule]) => rule),
      ['js/unbounded-request'],
    );
  });
});
