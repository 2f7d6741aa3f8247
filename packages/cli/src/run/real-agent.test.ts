import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { VerdictJson } from '@holdup/model';
import { runCli, writeFiles } from '../testing/run-cli.ts';

/** A service that asks itself for something slow, lives on for its verdict, and ends. */
const serve = (load: string) => `${load}
const server = http.createServer((request, response) => {
  if (request.url === '/slow') setTimeout(() => response.end('late'), 400);
  else response.end('ok');
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const path of ['/fast', '/slow']) await (await fetch('http://127.0.0.1:' + port + path)).text();
  setTimeout(() => process.exit(3), 500);
});
`;
const esm = serve("import http from 'node:http';");
const cjs = serve("const http = require('node:http');");

const cluster = `
import cluster from 'node:cluster';
if (cluster.isPrimary) cluster.fork().on('exit', (code) => process.exit(code));
else await import('./app.mjs');
`;
const parent = `
const { spawn } = require('node:child_process');
spawn(process.execPath, [require('node:path').join(__dirname, 'app.mjs')], { stdio: 'inherit' }).on('exit', (code) => process.exit(code));
`;
const typed = `import http from 'node:http';
const wait: number = 400;
${serve('').replace("'/slow') setTimeout", "('/slow' as string)) setTimeout").replace('400)', 'wait)')}`;

const folder = writeFiles({
  'app.mjs': esm,
  'app.cjs': cjs,
  'cluster.mjs': cluster,
  'parent.cjs': parent,
  'app.mts': typed,
  'package.json': JSON.stringify({ scripts: { start: 'node app.cjs' } }),
});
const node = (file: string) => [process.execPath, join(folder, file)];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsTypes = major > 22 || (major === 22 && minor >= 18);

const services: Record<string, { command: readonly string[]; skip?: string | false }> = {
  'an ES module': { command: node('app.mjs') },
  'a CommonJS program': { command: node('app.cjs') },
  TypeScript: {
    command: node('app.mts'),
    skip: !runsTypes && `Node ${process.version} does not run TypeScript by itself`,
  },
  'an npm script': { command: ['npm', 'start', '--silent'] },
  'a cluster': { command: node('cluster.mjs') },
  'a child process of the command': { command: node('parent.cjs') },
};

describe('holdup run with the real agent', () => {
  for (const [what, { command, skip = false }] of Object.entries(services)) {
    it(`gives the late request of ${what} its verdict, and the fast one none`, { skip }, async () => {
      const result = await runCli(['run', '--json', '--budget', '200ms', '--', ...command], { cwd: folder });
      assert.equal(result.code, 3, result.stderr);
      const verdicts = result.stdout
        .trim()
        .split('\n')
        .map((line): VerdictJson => JSON.parse(line));
      assert.deepEqual(
        verdicts.map(({ route, outcome, budgetMs }) => ({ route, outcome, budgetMs })),
        [{ route: 'GET /slow', outcome: 'deadline-exceeded', budgetMs: 200 }],
      );
    });
  }

  it('names the command that draws a verdict, and that draws it', async () => {
    const [, file = ''] = node('app.mjs');
    const env = { TMPDIR: folder };
    const told = await runCli(['run', '--budget', '200ms', '--', process.execPath, file], { cwd: folder, env });
    const [, kept = ''] = /^ {2}draw: holdup flame "?([^"\n]+)"?$/m.exec(told.stderr) ?? [];
    const drawn = await runCli(['flame', kept, '--json', '-o', join(folder, 'late.html')], { cwd: folder });
    assert.equal(drawn.code, 0, drawn.stderr);
    const { rows }: { rows: { name: string; total: number }[] } = JSON.parse(drawn.stdout);
    const wall = rows.find(({ name }) => name === 'GET /slow')?.total ?? 0;
    // Timers of Node count whole milliseconds from the beginning of the loop's turn.
    assert.ok(wall >= 395e6, JSON.stringify(rows));
  });
});
