import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { selfSignedCa } from './certificates.ts';
import { startDnsServer } from './dns-server.ts';
import { startPostgres } from './postgres.ts';

test('two servers at once answer queries and stop while clients are connected', async () => {
  const servers = await Promise.all([
    startPostgres(),
    startPostgres({ database: 'other', settings: { work_mem: '8MB' } }),
  ]);
  for (const [index, server] of servers.entries()) {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query("SELECT current_database() AS db, current_setting('work_mem') AS mem");
    assert.deepEqual(rows, [index === 0 ? { db: 'shop', mem: '4MB' } : { db: 'other', mem: '8MB' }]);
  }
  await Promise.all(servers.map((server) => server.stop()));
  await assert.rejects(new pg.Client({ connectionString: servers[0].url }).connect(), { code: 'ECONNREFUSED' });
});

test('a server ends when the process that started it is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdup-testkit-'));
  const script = join(folder, 'owner.mjs');
  const testkit = new URL('./postgres.js', import.meta.url).href;
  writeFileSync(
    script,
    `const { startPostgres } = await import('${testkit}');\nprocess.send(await startPostgres());\nsetInterval(() => {}, 1e3);\n`,
  );
  const owner = fork(script);
  const [server] = await once(owner, 'message');
  owner.kill('SIGKILL');
  for (let tries = 0; ; tries++) {
    const error = await new pg.Client({ connectionString: server.url }).connect().catch((reason) => reason);
    if (error?.code === 'ECONNREFUSED') break;
    assert.ok(tries < 50, `the server still answers: ${error}`);
    await pause(100);
  }
  await rm(folder, { recursive: true });
});

test('a settings typo is reported in the words of the server', async () => {
  await assert.rejects(
    startPostgres({ settings: { work_memory: '1MB' } }),
    /unrecognized configuration parameter "work_memory"/,
  );
});

test('a certificate is trusted through its authority and only there', async () => {
  const ca = await selfSignedCa();
  const server = createServer(await ca.issue('prices.example', '127.0.0.1'), (_, res) => res.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = (options: object) =>
    once(request({ host: '127.0.0.1', port, agent: false, ...options }).end(), 'response');
  const [response] = await ask({ ca: ca.cert, servername: 'prices.example' });
  assert.equal(response.statusCode, 200);
  response.resume();
  await assert.rejects(ask({ ca: ca.cert, servername: 'other.example' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await assert.rejects(ask({ servername: 'prices.example' }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  server.close();
});

test('the DNS server answers known names, late when told to', async () => {
  const server = await startDnsServer({ records: { 'prices.example': '127.0.0.2' } });
  const resolver = new Resolver();
  resolver.setServers([server.address]);
  assert.deepEqual(await resolver.resolve4('prices.example'), ['127.0.0.2']);
  await assert.rejects(resolver.resolve4('other.example'), { code: 'ENOTFOUND' });
  await assert.rejects(resolver.resolve6('prices.example'), { code: 'ENODATA' });
  server.setDelay(200);
  const start = performance.now();
  await resolver.resolve4('Prices.Example');
  assert.ok(performance.now() - start >= 195);
  await server.close();
});
