import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainOf, rulesIn } from './testing/chain-of.ts';

const NGINX = `
upstream app { server app1:3000; server app2:3000; keepalive 32; }
server {
  listen 8080;
  server_name shop.example.com;
  location /api/ {
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout 30s;
    proxy_next_upstream_tries 1;
    proxy_pass http://app;
  }
}
`;

const server = (settings: string) => `
import http from 'node:http';
import axios from 'axios';
import { Pool } from 'pg';
const SECOND = 1000;
const server = http.createServer((req, res) => res.end());
${settings}
server.listen(3000);
`;

describe('auditChain', () => {
  it('finds what does not fit from the edge to the database', async () => {
    const report = await chainOf({
      'alb.tf':
        'resource "aws_lb" "main" {\n  idle_timeout = 60\n}\nresource "aws_lb_target_group" "web" {\n  port = 8080\n}\n',
      'nginx.conf': NGINX,
      'server.ts': server(`const orders = axios.create({ baseURL: 'http://orders:4000', timeout: 45 * SECOND });
export const pool = new Pool({ host: 'db', connectionTimeoutMillis: 60_000, statement_timeout: 40_000 });`),
      'postgresql.conf': "listen_addresses = '*'\nstatement_timeout = 0\nidle_in_transaction_session_timeout = '30s'\n",
    });
    assert.deepEqual(
      report.chains.map((chain) => chain.map(({ name }) => name)),
      [
        ['alb main', 'nginx shop.example.com /api/', 'node server', 'axios orders'],
        ['alb main', 'nginx shop.example.com /api/', 'node server', 'pg pool', 'postgresql'],
      ],
    );
    assert.deepEqual(rulesIn(report), [
      'keep-alive-race server.ts:6',
      'outer-shorter server.ts:7',
      'acquire-exceeds-budget server.ts:8',
      'statement-timeout server.ts:8',
    ]);
    assert.deepEqual(report.problems, []);
  });

  it('finds nothing in a chain that fits', async () => {
    const report = await chainOf({
      'nginx.conf': NGINX,
      'server.ts': server(`server.keepAliveTimeout = 65 * SECOND;
const orders = axios.create({ baseURL: 'http://orders:4000', timeout: 5 * SECOND });
export const pool = new Pool({ host: 'db', connectionTimeoutMillis: 2_000, statement_timeout: 10_000 });`),
    });
    assert.deepEqual(rulesIn(report), []);
    assert.equal(report.chains.length, 2);
  });

  it('gives no verdict on what is decided elsewhere', async () => {
    const report = await chainOf({
      'nginx.conf': NGINX.replace('30s', ['$', '{READ_TIMEOUT}'].join('')),
      'server.ts': server(`server.keepAliveTimeout = Number(process.env.KEEP_ALIVE);
const orders = axios.create({ baseURL: 'http://orders:4000', timeout: config.timeout });
export const pool = new Pool(options);`),
    });
    assert.deepEqual(rulesIn(report), []);
  });
});
