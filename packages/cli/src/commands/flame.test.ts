import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runCli, runShell, writeFiles } from '../testing/run-cli.ts';
import { poolVerdict } from '../testing/verdicts.ts';

const FOLDED = 'main;handler;query 30\nmain;handler;render 60\nmain;(garbage collector) 10\n';
const PARKED = 'main.main;main.worker;runtime.chanrecv2;runtime.chanrecv;runtime.gopark 3\nmain.main 1\n';

async function serve<T>(status: number, body: string | Buffer, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP, it has such an address.
  const { port } = server.address() as AddressInfo;
  try {
    return await use(`http://127.0.0.1:${port}/debug/pprof/profile`);
  } finally {
    server.close();
  }
}

describe('holdup flame', () => {
  const folder = writeFiles({
    'cpu.folded': FOLDED,
    'before.folded': 'main;handler;query 90\nmain 10\n',
    'go.folded': PARKED,
  });
  const run = (...args: string[]) => runCli(['flame', ...args], { cwd: folder });

  it('writes a page named after the profile', async () => {
    const { code, stdout, stderr } = await run('cpu.folded');
    assert.deepEqual([code, stdout, stderr], [0, '', 'wrote cpu.flame.html: open it in a browser\n']);
    assert.match(
      readFileSync(join(folder, 'cpu.flame.html'), 'utf8'),
      /^<!doctype html>[\s\S]*<title>cpu\.folded · flame graph</,
    );
  });

  it('prints a table of 80 columns, and then no page', async () => {
    const { code, stdout } = await run('go.folded', '--top');
    assert.equal(code, 0);
    assert.match(stdout, / 3 +75\.0 % +3 +75\.0 % {2}runtime\.gopark/);
    assert.match(stdout, / 3 +75\.0 % {2}main\.worker {2}waits to receive from a channel/);
    assert.ok(stdout.split('\n').every((line) => line.length <= 80));
    assert.ok(!existsSync(join(folder, 'go.flame.html')));
  });

  it('keeps stdout to one JSON document', async () => {
    const { stdout } = await run(
      'cpu.folded',
      '--diff',
      'before.folded',
      '--json',
      '--focus',
      '/QUERY|render/',
      '-o',
      'd.html',
    );
    const table = JSON.parse(stdout) as {
      page: string;
      sum: number;
      sumBefore: number;
      rows: { name: string; self: number }[];
    };
    assert.deepEqual([table.page, table.sum, table.sumBefore], ['d.html', 90, 90]);
    assert.deepEqual(
      table.rows.slice(0, 2).map(({ name, self }) => [name, self]),
      [
        ['query', 30],
        ['render', 60],
      ],
    );
  });

  it('fetches a profile from a debug address', () =>
    serve(200, gzipSync(FOLDED), async (url) => {
      const { code, stdout } = await run(url, '--top');
      assert.equal(code, 0);
      assert.match(stdout, /^127\.0\.0\.1:\d+\/debug\/pprof\/profile/);
    }));

  it('draws verdicts: the request, its ledger, and the chain with the stack', async () => {
    const file = writeFiles({ 'log.ndjson': `${JSON.stringify(poolVerdict)}\n` });
    const { code, stdout } = await run(join(file, 'log.ndjson'), '--json');
    assert.equal(code, 0);
    const table = JSON.parse(stdout) as { sum: number; unit: string; rows: { name: string }[] };
    assert.equal(table.unit, 'nanoseconds');
    assert.equal(table.sum, Math.round(poolVerdict.wallMs * 1e6));
    assert.ok(table.rows.some(({ name }) => name === poolVerdict.route));
  });

  it('says in one line what it cannot read, and exits with 2', async () => {
    const bad = writeFiles({
      'text.txt': 'hello world, no profile',
      'page.html': '<!doctype html><title>Sign in',
      'empty.pb': '',
    });
    writeFileSync(join(bad, 'cut.pb.gz'), gzipSync(FOLDED).subarray(0, -12));
    const cases: [args: string[], line: RegExp][] = [
      [['nope.pb'], /^holdup flame: cannot read nope\.pb: there is no such file$/],
      [['.'], /is a folder/],
      [[join(bad, 'empty.pb')], /is empty/],
      [[join(bad, 'cut.pb.gz')], /cut\.pb\.gz: /],
      [[join(bad, 'page.html')], /page\.html is a web page, no profile/],
      [[join(bad, 'text.txt')], /text\.txt is no profile; known are pprof/],
      [['cpu.folded', '--type', 'inuse'], /no sample type "inuse"; it has /],
      [['cpu.folded', '--focus', '/(/'], /not a valid regular expression/],
      [['cpu.folded', '-o', 'no/such/folder.html'], /there is no such folder/],
      [['ftp://host/x'], /only http and https/],
      [[], /missing required argument 'file\|url'; see holdup flame --help/],
    ];
    for (const [args, line] of cases) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr.trimEnd(), line);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });

  it('says when a server answers with a page, or not at all', async () => {
    const gone = await serve(200, '\n<html><body>Sign in</body></html>', async (url) => {
      const page = await run(url);
      assert.deepEqual([page.code, page.stdout], [2, '']);
      assert.match(page.stderr, /is a web page, no profile; is it the address of the profile itself\?\n$/);
      return url;
    });
    const { stderr } = await run(gone);
    assert.match(stderr, /^holdup flame: cannot fetch http[^\n]+: nothing listens there[^\n]+\n$/);
  });

  it('sends the token of the debug address, and one that no bearer can be as a password', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(FOLDED);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const place = `127.0.0.1:${port}/debug/pprof/profile`;
    for (const [url, token] of [
      [`http://${place}`, 'open-sesame\n'],
      [`http://${place}`, 'öffne dich'],
      [`http://me:50%@${place}`, 'open-sesame'],
    ]) {
      const env = { HOLDUP_DEBUG_TOKEN: token };
      assert.equal((await runCli(['flame', url ?? '', '--top'], { cwd: folder, env })).code, 0);
    }
    server.close();
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    assert.deepEqual(seen, ['Bearer open-sesame', basic('holdup:öffne dich'), basic('me:50%')]);
  });

  it('reads standard input', async () => {
    const { code, stdout } = await runShell(
      `printf 'main;work 3\\n' | ${process.execPath} bin/holdup.mjs flame - --top`,
    );
    assert.equal(code, 0);
    assert.match(stdout, /^standard input[^\n]* 3\n/);
  });

  it('says what a server answered, without the password', () =>
    serve(401, 'a token is needed\nmore', async (url) => {
      const { code, stderr } = await run(url.replace('http://', 'http://me:secret@'));
      assert.equal(code, 2);
      assert.match(stderr, /^holdup flame: http:\/\/127[^@]+ answered 401: a token is needed\n$/);
    }));
});
