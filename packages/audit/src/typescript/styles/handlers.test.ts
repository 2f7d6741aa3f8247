import { checkStyles } from '../testing/check-styles.ts';

checkStyles('sync-in-handler', [
  [
    'Express: a router module, a named handler, a helper, start-up',
    `const express = require('express');
const fs = require('fs');
const { pbkdf2Sync } = require('crypto');
const router = express.Router();
const template = fs.readFileSync('a.html', 'utf8');
function hash(password) {
  return pbkdf2Sync(password, 'salt', 1e5, 64, 'sha512'); // !
}
router.post('/login', (req, res) => res.send(hash(req.body.password)));
router.get('/page', async function page(req, res) {
  res.send(template + fs.readFileSync('b.html', 'utf8')); // !
});
module.exports = router;`,
  ],
  [
    'a controller of NestJS',
    `import { Controller, Get } from '@nestjs/common';
import { execSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
@Controller('reports')
export class Reports {
  readonly version = execSync('git rev-parse HEAD').toString();
  @Get(':id')
  report() {
    return gzipSync(Buffer.from(this.version)); // !
  }
}`,
  ],
  [
    'Fastify, Koa and Hono',
    `import Router from '@koa/router';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { readFileSync, existsSync } from 'node:fs';
const fastify = Fastify();
fastify.get('/a', async () => readFileSync('a')); // !
fastify.route({ method: 'GET', url: '/b', handler: async () => readFileSync('b') }); // !
const router = new Router();
router.get('/c', async (ctx) => {
  ctx.body = readFileSync('c'); // !
});
const app = new Hono().get('/d', (c) => c.text(String(existsSync('d'))));
app.get('/e', (c) => c.text(readFileSync('e', 'utf8'))); // !`,
  ],
]);

checkStyles('serial-awaits', [
  [
    'two reads that do not need each other, and two that do',
    `import express from 'express';
import { Pool } from 'pg';
const pool = new Pool({ connectionTimeoutMillis: 5, statement_timeout: 5 });
const app = express();
app.get('/a/:id', async (req, res) => {
  const user = await pool.query('SELECT * FROM users WHERE id = $1', [req.params.id]);
  const orders = await pool.query('SELECT * FROM orders WHERE id = $1', [req.params.id]); // !
  const last = await pool.query('SELECT * FROM items WHERE id = $1', [orders.rows[0].item]);
  res.json({ user, orders, last });
});`,
  ],
  [
    'on one connection they queue anyway',
    `import express from 'express';
import { Pool } from 'pg';
const pool = new Pool({ connectionTimeoutMillis: 5, statement_timeout: 5 });
express().get('/a', async (req, res) => {
  const client = await pool.connect();
  try {
    const a = await client.query('SELECT * FROM a');
    const b = await client.query('SELECT * FROM b');
    res.json([a, b]);
  } finally {
    client.release();
  }
});`,
  ],
]);

checkStyles('floating-work', [
  [
    'a log that nobody waits for, and one that is handed to a queue',
    `import Fastify from 'fastify';
import { Pool } from 'pg';
const pool = new Pool({ connectionTimeoutMillis: 5, statement_timeout: 5 });
const app = Fastify();
app.post('/a', async (request, reply) => {
  pool.query('INSERT INTO log VALUES ($1)', [request.id]); // !
  void fetch('https://hook.example', { method: 'POST', signal: AbortSignal.timeout(5) }); // !
  queue.add('log', { id: request.id });
  await pool.query('UPDATE t SET a = 1');
  return { ok: true };
});`,
  ],
]);

checkStyles('race-leaves-loser', [
  [
    'helpers and calls in place',
    `const sleep = (ms: number) => new Promise((_, reject) => setTimeout(reject, ms));
export const withTimeout = <T>(work: Promise<T>, ms: number) => Promise.race([work, sleep(ms)]); // !
export const a = (url: string) => Promise.race([fetch(url), sleep(500)]); // !
export async function d(work: Promise<string>) {
  const first = await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 50, 'pending'))]);
  if (first === 'pending') console.log('still at work');
  return await work;
}
export const b = (url: string) => Promise.race([fetch(url), fetch(url + '/mirror')]);
export async function c(url: string) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 500);
  return fetch(url, { signal: control.signal }).finally(() => clearTimeout(timer));
}`,
  ],
]);

checkStyles('uncleared-abort-timer', [
  [
    'cleared on success only, never, in a finally, unreferenced',
    `export async function a(url: string) {
  const control = new AbortController();
  setTimeout(() => control.abort(), 500); // !
  return fetch(url, { signal: control.signal });
}
export async function b(url: string) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 500); // !
  return fetch(url, { signal: control.signal });
}
export async function c(url: string) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 500);
  try {
    return await fetch(url, { signal: control.signal });
  } finally {
    clearTimeout(timer);
  }
}
export function e(url: string) {
  const control = new AbortController();
  return { answer: fetch(url, { signal: control.signal }), stop: (ms: number) => setTimeout(() => control.abort(), ms) };
}
export async function d(url: string) {
  const control = new AbortController();
  setTimeout(() => control.abort(), 500).unref();
  return fetch(url, { signal: control.signal });
}`,
  ],
]);

checkStyles('unbounded-retry', [
  [
    'attempts with pauses, with a deadline, and polling',
    `export async function a(url: string) {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(500) }); // !
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
export async function b(work: () => Promise<string>, retries = 5) {
  while (retries-- > 0) {
    try {
      return await work(); // !
    } catch (error) {
      await sleep(1_000);
    }
  }
}
export async function c(work: () => Promise<string>, until: number) {
  for (let attempt = 0; Date.now() < until; attempt += 1) {
    try {
      return await work();
    } catch {
      await sleep(Math.random() * 1_000);
    }
  }
}`,
  ],
]);

checkStyles('server-timeouts', [
  [
    'Express, node:http and NestJS',
    `import express from 'express';
import http from 'node:http';
const app = express();
const server = app.listen(3000);
server.headersTimeout = 65_000; // !
server.requestTimeout = 60_000;
server.keepAliveTimeout = 61_000;
const other = http.createServer(app);
other.setTimeout(30_000); // !
other.headersTimeout = 40_000;`,
  ],
]);

checkStyles('dns-lookup', [
  [
    'in a handler, in a loop, once at start',
    `import dns, { promises } from 'node:dns';
import express from 'express';
const self = await promises.lookup('a.example');
express().get('/a', async (req, res) => res.json(await promises.lookup(String(req.query.host)))); // !
for (const host of ['a', 'b']) dns.lookup(host, () => {}); // !
export const resolve = (host: string) => promises.resolve4(host);`,
  ],
]);
