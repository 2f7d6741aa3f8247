import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf } from './testing/chain-of.ts';

const SEEDS: Readonly<Record<string, string>> = {
  'nginx.conf':
    'http { upstream a { server b:1; keepalive 2; } server { listen 80; location /x { proxy_pass http://a; content_by_lua_block { return "}" } } } }',
  'haproxy.cfg': 'defaults\n  timeout server 5s\nlisten a from b\n  bind :80\n  server "x y" h:1 # c\n',
  Caddyfile:
    '{\n servers {\n timeouts {\n idle 2m\n }\n }\n}\na.com {\n reverse_proxy b:1 {\n transport http {\n read_timeout 5s\n }\n }\n}\n',
  'postgresql.conf': "statement_timeout = '5s' # c\nport 5432\n",
  'my.cnf': '[mysqld]\nmax_execution_time = 5\n!include x\n',
  'a.sql': "ALTER ROLE a SET statement_timeout = '5s'; -- c\n",
  'a.yaml': 'apiVersion: v1\nkind: Ingress\nmetadata: { name: a, annotations: &x { b: c } }\nspec: *x\n',
  'compose.yaml':
    'services:\n  a: { image: traefik, command: ["--entrypoints.web.address=:80"] }\n  b: { build: ., stop_grace_period: 5s }\n  c: { image: postgres, command: postgres -c lock_timeout=5s }\n',
  'live.json':
    '{"holdup":"timeouts","node":"24.1.0","servers":[{"listens":"[::]:1","limits":[{"setting":"timeout","ms":"none"}]}],"pools":[{"driver":"pg","to":"a:1/b","limits":[]}]}',
  'a.toml': '[entryPoints.web]\naddress = ":80"\n',
  'a.tf':
    'resource "aws_lb" "a" {\n idle_timeout = coalesce(var.x, local.m[var.e] * 2)\n}\nlocals {\n m = { a = "%{ if x }-c" }\n}\n',
  'pgbouncer.ini': '[databases]\na = host=b port=1\n[pgbouncer]\nquery_wait_timeout = 5\n',
  'pgcat.toml': '[pools.a.shards.0]\nservers = [["b", 1, "primary"]]\n',
  '.env': 'A="b" # c\n',
  'a.js': "const s = require('http').createServer({ requestTimeout: 5 * 2 }); s.listen(3000)",
  'a.go':
    'package a\nvar s = http.Server{Addr: ":1", ReadTimeout: 5 * time.Second}\nvar d, _ = sql.Open("mysql", "u@tcp(h:1)/d?timeout=5s")\n',
};
const SIGNS = [
  '{',
  '}',
  '"',
  "'",
  '\\',
  '\n',
  ';',
  '#',
  '$',
  '${',
  '[',
  ']',
  '&',
  '*',
  ':',
  '\0',
  '\u2028',
  '😀',
  '<<',
  '--',
  '(',
  '`',
];
const ROUNDS = 40;
/** Each of these loads its grammar anew. */
const SLOW_ROUNDS = 8;

/** Small and fast; the same numbers in each run. */
function* randoms(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe('readers under damage', () => {
  for (const [file, text] of Object.entries(SEEDS)) {
    it(`never throw and place what they say: ${file}`, async () => {
      const random = randoms(text.length);
      const next = (below: number) => Math.floor((random.next().value ?? 0) * below);
      for (let round = 0; round < (/\.(?:tf|go)$/.test(file) ? SLOW_ROUNDS : ROUNDS); round += 1) {
        let damaged = text;
        for (let cut = next(4); cut >= 0; cut -= 1) {
          const at = next(damaged.length + 1);
          damaged = damaged.slice(0, at) + (SIGNS[next(SIGNS.length)] ?? '') + damaged.slice(at + next(3));
        }
        const report = await chainOf({ [file]: damaged });
        const lines = damaged.split('\n').length;
        for (const { place } of report.hazards)
          assert.ok(place.line >= 1 && place.line <= lines, `${place.line} of ${lines}: ${JSON.stringify(damaged)}`);
        for (const { line = 1 } of report.problems) assert.ok(line >= 1 && line <= lines + 1, JSON.stringify(damaged));
      }
    });
  }

  it('end on hostile nesting and expansion', async () => {
    const deep = 100_000;
    await chainOf({ 'nginx.conf': 'server {'.repeat(deep) });
    await chainOf({ Caddyfile: 'a {\n'.repeat(deep) });
    await chainOf({ 'a.js': `f(${'('.repeat(deep)}` });
    await chainOf({ 'a.yaml': `apiVersion: v1\nkind: Pod\na: ${'['.repeat(20_000)}` });
    const bomb = [
      'a: &a0 [x,x,x,x,x,x,x,x,x,x]',
      ...[...Array(9).keys()].map((n) => `b${n}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(',')}]`),
    ].join('\n');
    const report = await chainOf({ 'a.yaml': `apiVersion: v1\nkind: Pod\n${bomb}\n` });
    assert.match(report.problems.map(({ message }) => message).join(), /more than 100000 values/);
  });
});
