import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { runCli, writeFiles } from '../testing/run-cli.ts';

const NGINX = (read: string) => `upstream app { server app:3000; keepalive 8; keepalive_timeout 60s; }
server {
  listen 80;
  location / {
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout ${read};
    proxy_pass http://app;
  }
}
`;
const SERVER = `import http from 'node:http';
const server = http.createServer((request, response) => response.end('<b>'));
server.keepAliveTimeout = 65_000;
server.listen(3000);
`;
/** It opens its debug port a quarter of a second after its own. */
const SERVICE = `import http from 'node:http';
const server = http.createServer((request, response) => response.end());
server.listen(0, '127.0.0.1');
server.keepAliveTimeout = 20_000;
process.stdin.on('end', () => process.exit(0)).resume();
`;
const TOKEN = 'not-a-secret-0123456789';

const folder = writeFiles({
  'nginx.conf': NGINX('30s'),
  'default.conf': NGINX('30s').replace('    proxy_read_timeout 30s;\n', ''),
  'server.mjs': SERVER,
  'slow.mjs': `${SERVER}await fetch('http://orders/<x>', { signal: AbortSignal.timeout(45_000) });\n`,
  'service.mjs': SERVICE,
  'policy.yaml': 'max:\n  proxy.response: 10s\n',
  'bad-policy.yaml': 'max:\n  proxy.respnse: 10s\n',
  'broken.conf': 'server {\n  location / {\n',
  'nothing.txt': 'hello\n',
});
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCli(['audit', '--chain', ...args], { cwd: folder, env });

interface Agent {
  readonly url: string;
  readonly end: () => Promise<unknown>;
}

/** A service with the real agent, asked for its debug address. */
async function startAgent(): Promise<Agent> {
  const agent = import.meta.resolve('@holdup/agent/register');
  const env = { ...process.env, HOLDUP_DEBUG_ADDR: '127.0.0.1:0', HOLDUP_DEBUG_TOKEN: TOKEN, HOLDUP_SINK: 'stdout' };
  const child = spawn(process.execPath, ['--import', agent, 'service.mjs'], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = () => {
    child.stdin.end();
    return closed;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const record: { readonly holdup?: string; readonly url?: string } = JSON.parse(line);
    if (record.holdup === 'debug' && record.url !== undefined) return { url: new URL(record.url).origin, end };
  }
  throw new Error('the service ended without a debug address');
}

describe('holdup audit --chain', { concurrency: 2 }, () => {
  it('exits with 0 for nothing or notes, 1 for findings and what cannot be read, 2 for what cannot be run', async () => {
    const codes = async (...args: string[]) => (await run(args)).code;
    const noted = await run(['default.conf', 'server.mjs']);
    assert.match(noted.stdout, / note {2}chain\/default-bites\n/);
    assert.equal(noted.code, 0);
    assert.equal(await codes('nginx.conf', 'broken.conf'), 1);
    assert.equal(await codes('nothing.txt'), 2);
  });

  it('says in one line what cannot be run', async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['missing.conf'], /^holdup audit: missing\.conf does not exist\n$/],
      [['nginx.conf', '--policy', 'bad-policy.yaml'], /^holdup audit: bad-policy\.yaml:2:3: "respnse" is no kind.*\n$/],
      [['nginx.conf', '--svg', 'no/such/folder.svg'], /^holdup audit: no\/such\/folder\.svg cannot be written.*\n$/],
      [['nginx.conf', '--live', 'ftp://x'], /^holdup audit: --live "ftp:\/\/x": not an address; .*\n$/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await run(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, message);
    }
  });

  it('draws within 80 columns, and a picture and a page with nothing of the files as markup', async () => {
    const args = ['nginx.conf', 'slow.mjs', '--svg', 'chain.svg', '--html', 'chain.html'];
    const { code, stdout } = await run(args, { COLUMNS: '80' });
    assert.equal(code, 1);
    assert.match(stdout, /^Timeout chain, outermost first\n {2}nginx \/ +30 s █+\n/);
    assert.match(stdout, /\n {2}fetch orders +45 s █+▒+\n/);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80),
      stdout,
    );
    const svg = readFileSync(join(folder, 'chain.svg'), 'utf8');
    assert.match(
      svg,
      /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*nginx \/[\s\S]*45 s[\s\S]*<\/svg>\n?$/,
    );
    const html = readFileSync(join(folder, 'chain.html'), 'utf8');
    assert.match(html, /^<!doctype html>[\s\S]*chain\/outer-shorter[\s\S]*<\/html>\n$/);
    for (const drawn of [svg, html])
      assert.doesNotMatch(drawn, /<x>|<script|https?:\/\/(?!www\.w3\.org|orders|nginx\.org)/);
  });

  it('keeps to a policy, a choice of rules and a baseline', async () => {
    const broken = await run(['nginx.conf', '--policy', 'policy.yaml', '--json']);
    assert.equal(broken.code, 1);
    const { hazards, hops, chains }: { hazards: { rule: string }[]; hops: unknown[]; chains: unknown[] } = JSON.parse(
      broken.stdout,
    );
    assert.deepEqual([hazards.map(({ rule }) => rule), hops.length, chains.length], [['chain/policy'], 1, 1]);
    assert.equal((await run(['nginx.conf', '--policy', 'policy.yaml', '--ignore', 'chain/policy'])).code, 0);
    assert.equal((await run(['nginx.conf', 'slow.mjs', '--write-baseline', 'known.json'])).code, 0);
    assert.equal((await run(['nginx.conf', 'slow.mjs', '--baseline', 'known.json'])).code, 0);
  });

  it('asks a running agent what it really works with', async () => {
    const agent = await startAgent();
    try {
      const refused = await run(['nginx.conf', '--live', agent.url]);
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(
        refused.stderr,
        /^holdup audit: --live \S+\/debug\/holdup\/timeouts: it wants a token: set HOLDUP_DEBUG_TOKEN.*\n$/,
      );
      const env = { HOLDUP_DEBUG_TOKEN: TOKEN };
      const { code, stdout } = await run(['nginx.conf', 'service.mjs', '--live', agent.url], env);
      assert.equal(code, 1);
      assert.match(stdout, /\n {4}keepalive 20 s \(live\)\n/);
      assert.match(stdout, /chain\/keep-alive-race\n/);
      const withToken = agent.url.replace('//', `//any:${TOKEN}@`);
      const alone = await run(['--live', withToken, '--format', 'sarif']);
      assert.equal(alone.code, 0);
      assert.ok(!alone.stdout.includes(TOKEN));
    } finally {
      await agent.end();
    }
  });

  it('takes nobody else for an agent', async () => {
    const answers = [
      [200, '{"holdup":"other"}'],
      [308, ''],
    ] as const;
    for (const [status, body] of answers) {
      const server = createServer((_request, response) => response.writeHead(status).end(body));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // Listening on TCP, it has such an address.
      const { port } = server.address() as AddressInfo;
      const { code, stderr } = await run(['nginx.conf', '--live', `127.0.0.1:${port}`]);
      server.close();
      assert.equal(code, 2);
      assert.match(stderr, /^holdup audit: --live .+\n$/);
    }
  });
});
