/**
 * `npm run pack [-- --try]`: the packages as they would be published, as files in `packed/`, to be installed in a project of one's
 * own. `--try`: installs them in an empty folder and uses each once there.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';
import { npmCommand, npmReason, root, runQuiet } from './run-quiet.mjs';

const FOLDER = join(root, 'packed');
/** Of the package `holdup`, while it is packed. */
const DOCS = join(root, 'packages/cli/docs');

/** What an ordinary project is made of: a late request, and a call without a timeout. */
const APP = `
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const slow = http.createServer((request, response) => setTimeout(() => response.end('late'), 600));
const app = http.createServer(async (request, response) => {
  const answer = await fetch('http://127.0.0.1:' + slow.address().port + '/rates');
  response.end(await answer.text());
});
const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
await Promise.all([listen(slow), listen(app)]);
await (await fetch('http://127.0.0.1:' + app.address().port + '/offers')).text();
setTimeout(() => process.exit(0), 300);
`;

const ESLINT_CONFIG = `
import holdup from 'eslint-plugin-holdup';
export default [holdup.configs.recommended];
`;

const NGINX = 'server { listen 80; location / { proxy_pass http://127.0.0.1:3000; proxy_read_timeout 5s; } }\n';
const GO = 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("http://127.0.0.1/") }\n';
const TERRAFORM = 'resource "aws_lb" "front" {\n  idle_timeout = 60\n}\n';

const FILES = {
  'package.json': '{ "private": true }',
  'app.mjs': APP,
  'main.go': GO,
  'eslint.config.mjs': ESLINT_CONFIG,
  'nginx.conf': NGINX,
  'front.tf': TERRAFORM,
  'stacks.folded': 'main;handle 3\nmain;wait 5\n',
};

/** In the project: arguments of npx, its exit code, and a word of its output. */
const USES = [
  [['holdup', '--version'], 0, '0.'],
  [
    ['holdup', 'run', '--budget', '200ms', '--', 'node', 'app.mjs'],
    0,
    'see: node_modules/holdup/docs/causes/upstream-slow.md',
  ],
  [['holdup', 'audit', 'app.mjs'], 1, 'js/'],
  [['holdup', 'audit', 'main.go'], 1, 'go/'],
  [['holdup', 'audit', '--chain', 'front.tf', 'nginx.conf'], 0, 'proxy_read_timeout'],
  [['holdup', 'flame', 'stacks.folded', '-o', 'flame.html'], 0, 'flame.html'],
  [['eslint', 'app.mjs'], 0, 'holdup/unbounded-request'],
];

async function npm(what, args, cwd) {
  const [command, all, options] = npmCommand(args);
  const { code, output } = await runQuiet(what, command, all, { ...options, cwd });
  if (code !== 0) giveUp(`${what}: ${npmReason(output)}`);
}

function listPublic() {
  return readdirSync(join(root, 'packages')).filter((name) => {
    return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')).private !== true;
  });
}

async function packAll() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const workspaces = listPublic().flatMap((name) => ['--workspace', `packages/${name}`]);
  // Verdicts name these pages.
  process.once('exit', () => rmSync(DOCS, { recursive: true, force: true }));
  cpSync(join(root, 'docs'), DOCS, { recursive: true });
  await npm('Packing', ['pack', '--pack-destination', FOLDER, ...workspaces], root);
  return readdirSync(FOLDER).map((name) => join(FOLDER, name));
}

async function tryOut(files) {
  const project = mkdtempSync(join(tmpdir(), 'holdup-pack-'));
  try {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(project, name), text);
    await npm('Installing', ['install', '--no-audit', '--no-fund', ...files, 'eslint'], project);
    for (const [args, exit, word] of USES) {
      const [command, all, options] = npmCommand(['exec', '--', ...args]);
      const { code, output } = await runQuiet(args.join(' '), command, all, { ...options, cwd: project });
      if (code !== exit || !output.includes(word))
        giveUp(`${args.join(' ')}: exit ${code} instead of ${exit}, or no ${JSON.stringify(word)} in:\n${output}`);
      process.stdout.write(`✓ ${args.join(' ')}\n`);
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

const USAGE = 'npm run pack [-- --try]';
const options = { try: { type: 'boolean', default: false } };
const isTrial = readOptions(USAGE, { options }, (values) => values.try);
await ensure();
const files = await packAll();
if (isTrial) await tryOut(files);
else process.stdout.write(`In your project:\n\n  npm install --save-dev ${FOLDER}/*.tgz\n`);
