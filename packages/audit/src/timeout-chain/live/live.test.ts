import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, limitsOf, rulesIn } from '../testing/chain-of.ts';

type Limits = Readonly<Record<string, number | string | null>>;

const limits = (all: Limits) => Object.entries(all).map(([setting, ms]) => ({ setting, ms }));
const STANDARD = {
  requestTimeout: 300_000,
  headersTimeout: 60_000,
  keepAliveTimeout: 5000,
  timeout: 'none',
  connectionsCheckingInterval: 30_000,
};

interface Parts {
  readonly node?: string;
  readonly servers?: readonly { readonly listens: string; readonly limits: Limits }[];
  readonly clients?: readonly { readonly library: string; readonly to?: string; readonly limits: Limits }[];
  readonly pools?: readonly { readonly driver: string; readonly to: string; readonly limits: Limits }[];
}

/** As the endpoint answers. */
function answer({ node = '24.21.0', servers = [], clients = [], pools = [] }: Parts): string {
  const whole = <P extends { readonly limits: Limits }>(parts: readonly P[]) =>
    parts.map((part) => ({ ...part, limits: limits(part.limits) }));
  const value = { holdup: 'timeouts', node, budget: { ms: 1000, source: 'default', routes: [] } };
  return JSON.stringify(
    { ...value, servers: whole(servers), clients: whole(clients), pools: whole(pools) },
    undefined,
    2,
  );
}

const node = (code: string) =>
  `import http from 'node:http';\nimport { Pool } from 'pg';\nconst server = http.createServer(h);\nserver.listen(3000);\n${code}\n`;
const on = (port: number, set: Limits = {}): Parts => ({
  servers: [{ listens: `[::]:${port}`, limits: { ...STANDARD, ...set } }],
});

describe('what a running process says', () => {
  it('replaces what was read, and a difference is a finding at the line that says otherwise', async () => {
    const report = await chainOf({
      'app.js': node('server.keepAliveTimeout = 65_000;\nserver.requestTimeout = 20_000;'),
      'http://h:6060/x': answer(on(3000, { requestTimeout: 20_000 })),
    });
    assert.deepEqual(
      rulesIn(report).filter((rule) => rule.startsWith('live')),
      ['live-differs app.js:5'],
    );
    assert.deepEqual(limitsOf(report, 'keepalive'), [5000]);
    assert.equal(report.hops.length, 1);
    assert.match(report.hazards[0]?.message ?? '', /is 65 s here, but the running process has 5 s \(live, http:\/\/h/);
  });

  it('is a note where no file says anything, and nothing where it is the default of its Node', async () => {
    const found = async (parts: Parts) =>
      (await chainOf({ 'app.js': node(''), 'live.json': answer(parts) })).hazards
        .filter(({ rule }) => rule === 'chain/live-differs')
        .map(({ severity, place }) => `${severity} ${place.file}:${place.line}`);
    assert.deepEqual(await found(on(3000, { keepAliveTimeout: 61_000 })), ['note app.js:3']);
    assert.deepEqual(await found({ ...on(3000, { keepAliveTimeout: 65_000 }), node: '27.0.0' }), []);
    assert.deepEqual(await found(on(3000)), []);
  });

  it('fills in what the files leave open', async () => {
    const report = await chainOf({
      'app.js': node('server.keepAliveTimeout = Number(process.env.KEEP);'),
      'live.json': answer(on(3000, { keepAliveTimeout: 20_000 })),
      'nginx.conf':
        'upstream app { server 10.0.0.1:3000; keepalive 16; keepalive_timeout 60s; }\nserver { listen 80; location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://app; } }\n',
    });
    assert.ok(rulesIn(report).includes('keep-alive-race app.js:5'), rulesIn(report).join());
    assert.ok(!rulesIn(report).some((rule) => rule.startsWith('live')));
  });

  it('knows what the driver was really told', async () => {
    const pool = (told: Limits): Parts => ({
      pools: [{ driver: 'pg', to: '10.1.1.1:6432/shop', limits: { connectionTimeoutMillis: 1000, ...told } }],
    });
    const code = node("const pool = new Pool({ host: 'db', connectionTimeoutMillis: 1000, statement_timeout: 3000 });");
    const silent = await chainOf({ 'app.js': code, 'live.json': answer(pool({ statement_timeout: null })) });
    assert.deepEqual(rulesIn(silent).sort(), ['live-differs app.js:5', 'statement-timeout app.js:5']);
    const same = await chainOf({ 'app.js': code, 'live.json': answer(pool({ statement_timeout: 3000 })) });
    assert.deepEqual(rulesIn(same), []);
    const unknown = await chainOf({ 'app.js': code, 'live.json': answer(pool({ statement_timeout: 'unknown' })) });
    assert.deepEqual(rulesIn(unknown), []);
  });

  it('stands for itself where no file is the same, and says so', async () => {
    const report = await chainOf({ 'app.js': node(''), 'live.json': answer(on(8080)) });
    assert.deepEqual(
      report.hops.map(({ name }) => name),
      ['node server', 'node [::]:8080'],
    );
    assert.match(
      report.notes.join('\n'),
      /node \[::\]:8080 \(live\) is none of node server \(app\.js:3\) by its address/,
    );
  });

  it('finds two processes of one service that differ', async () => {
    const report = await chainOf({
      'app.js': node(''),
      'http://a:6060/x': answer(on(3000)),
      'http://b:6060/x': answer(on(3000, { requestTimeout: 10_000 })),
    });
    assert.deepEqual(
      rulesIn(report).filter((rule) => rule.startsWith('live')),
      ['live-differs app.js:3'],
    );
    assert.match(
      report.hazards.map(({ message }) => message).join('\n'),
      / is 5 min at http:\/\/a:6060\/x and 10 s at http:\/\/b:6060\/x/,
    );
  });

  it('says nothing of the limits of a call that may bring its own', async () => {
    const report = await chainOf({
      'nginx.conf': 'server { listen 80; location / { proxy_read_timeout 5s; proxy_pass http://app:3000; } }\n',
      'live.json': answer({
        ...on(3000),
        clients: [{ library: 'undici', to: 'http://orders:4000', limits: { headersTimeout: 300_000 } }],
      }),
    });
    assert.deepEqual(rulesIn(report), []);
  });

  it('is not believed when it is something else', async () => {
    for (const text of [
      '{"holdup": "timeouts", "servers": 5, "pools": [null, {"limits": "x"}]}',
      '{"holdup":"timeouts"',
    ])
      assert.equal((await chainOf({ 'live.json': text })).hazards.length, 0);
  });
});
