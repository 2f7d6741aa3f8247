import { checkStyles } from '../testing/check-styles.ts';

checkStyles('signal-not-passed', [
  [
    'Fastify: where no body comes, and where one does',
    `import Fastify from 'fastify';
const fastify = Fastify({ logger: true });
fastify.get('/a', async (request, reply) => {
  const late = await fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
  const good = await fetch('https://a.example', { signal: AbortSignal.any([request.signal, AbortSignal.timeout(500)]) });
  return [late, good];
});
fastify.post('/b', async (request) => fetch('https://a.example', { signal: AbortSignal.timeout(500) }));`,
  ],
  [
    'Express: a controller that the response closes',
    `const express = require('express');
const app = express();
app.get('/a', async (req, res) => {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const late = await fetch('https://a.example'); // !
  const good = await fetch('https://a.example', { signal: AbortSignal.any([gone.signal, AbortSignal.timeout(500)]) });
  res.json([late.status, good.status]);
});
app.get('/b', async (req, res) => {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), 500);
  try { res.json(await fetch('https://a.example', { signal: own.signal })); } finally { clearTimeout(timer); }
});`,
  ],
  [
    'Next: a route in a constant, with a request of its own',
    `import { NextRequest } from 'next/server';
export const GET = async (req: NextRequest) => {
  return fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
};
export const POST = async (req: NextRequest) => fetch('https://a.example', { signal: req.signal });`,
  ],
  [
    'Remix: a loader',
    `import type { LoaderFunctionArgs } from '@remix-run/node';
export async function loader({ request, params }: LoaderFunctionArgs) {
  const late = await fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
  return [late, await fetch('https://a.example', { signal: request.signal })];
}`,
  ],
  [
    'Hono: a handler of its own with a typed context',
    `import type { Context } from 'hono';
export const rates = async (c: Context) => {
  const answer = await fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
  return c.json(await answer.json());
};`,
  ],
  [
    'tRPC: the signal of a procedure',
    `import { publicProcedure, router } from './trpc';
export const app = router({
  late: publicProcedure.query(async ({ input, signal }) => fetch('https://a.example')), // !
  good: publicProcedure.query(async ({ signal }) => fetch('https://a.example', { signal })),
  timed: publicProcedure.query(async (opts) => fetch('https://a.example', { signal: AbortSignal.timeout(5) })), // !
});`,
  ],
]);

checkStyles('sync-in-handler', [
  [
    'Koa, tRPC, GraphQL, Lambda, Next',
    `import { readFileSync } from 'node:fs';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import type { Context } from 'koa';
import { protectedProcedure } from './trpc';
export async function page(ctx: Context) {
  ctx.body = readFileSync('a'); // !
}
export const report = protectedProcedure.input(schema).query(({ input }) => readFileSync(input.name)); // !
export const resolvers = {
  Query: { file: (_parent, { name }) => readFileSync(name, 'utf8') }, // !
  File: { name: (file) => file.name },
};
export const handler: APIGatewayProxyHandler = async (event) => ({ statusCode: 200, body: readFileSync('b', 'utf8') }); // !
export const GET = async () => new Response(readFileSync('c')); // !
export const start = () => readFileSync('d');`,
  ],
  [
    'a server action, and a resolver of NestJS',
    `'use server';
import { execSync } from 'node:child_process';
export async function revision() {
  return execSync('git rev-parse HEAD').toString(); // !
}
@Resolver()
export class Files {
  @ResolveField()
  size() { return execSync('du -s .').toString(); } // !
}`,
  ],
]);

checkStyles('unbounded-request', [
  [
    'needle, request, ofetch',
    `const needle = require('needle');
const request = require('request-promise');
const { ofetch } = require('ofetch');
const api = ofetch.create({ baseURL: 'https://a.example', timeout: 500 });
exports.a = (url) => needle('get', url); // !
exports.b = (url) => needle.get(url, { timeout: 500 }, (error, answer) => error ?? answer); // !
exports.c = (url, body) => needle.post(url, body, { response_timeout: 500 });
exports.d = (uri) => request({ uri, json: true }); // !
exports.e = (uri) => request.get({ uri, timeout: 500 });
exports.f = (url) => ofetch(url); // !
exports.g = (url) => api(url);`,
  ],
  [
    'HttpService of NestJS, whose module sets nothing',
    `// file: rates/rates.module.ts
import { HttpModule } from '@nestjs/axios';
@Module({ imports: [HttpModule], providers: [RatesService] })
export class RatesModule {}
// file: rates/rates.service.ts
import { HttpService } from '@nestjs/axios';
import { firstValueFrom, timeout } from 'rxjs';
export class RatesService {
  constructor(private readonly http: HttpService) {}
  a = async (base: string) => firstValueFrom(this.http.get(\`https://a.example/\${base}\`)); // !
  b = async () => firstValueFrom(this.http.get('https://a.example', { timeout: 500 }));
  c = async () => firstValueFrom(this.http.post('https://a.example', {}).pipe(timeout(500)));
  d = async () => this.http.axiosRef.post('https://a.example', {}); // !
}
// file: users/users.module.ts
import { HttpModule } from '@nestjs/axios';
@Module({ imports: [HttpModule.register({ timeout: 5_000, maxRedirects: 3 })] })
export class UsersModule {}
// file: users/users.service.ts
import { HttpService } from '@nestjs/axios';
export class UsersService {
  constructor(private readonly http: HttpService) {}
  load = (id: string) => this.http.get('https://a.example/' + id);
}`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'the client that Prisma wrote somewhere',
    `import { PrismaClient } from '../generated/prisma/client';
const prisma = new PrismaClient();
export async function load(ids: string[]) {
  for (const id of ids) await prisma.order.findUnique({ where: { id } }); // !
}`,
  ],
]);

checkStyles('unbounded-request', [
  [
    'pages: an address that is chosen, and helpers beside the pages of Next',
    `// file: client.ts
export async function load(query: string) {
  const url = query ? \`/api/surveys?\${query}\` : '/api/surveys';
  return fetch(url, { cache: 'no-store' });
}
// file: app/(shop)/lib/authorize.ts
export const authorize = (apiHost: string) => fetch(\`\${apiHost}/api/v1/integrations\`);
// file: app/(shop)/api/route.ts
export const GET = () => fetch('https://a.example'); // !
// file: lib/authorize.ts
export const authorize = (apiHost: string) => fetch(\`\${apiHost}/api/v1/integrations\`); // !`,
  ],
]);

checkStyles('unbounded-retry', [
  [
    'a conflict is tried again at once',
    `export async function create<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UniqueConstraintError) || attempt >= attempts) throw error;
      console.log('again');
    }
  }
}`,
  ],
]);

checkStyles('sync-in-handler', [
  [
    'what is read once and kept',
    `import { readFileSync } from 'node:fs';
let page: Buffer | undefined;
let other: Buffer | undefined;
app.get('/a', (req, res) => res.send(page ?? (page = readFileSync('a'))));
app.get('/b', (req, res) => res.send(other ??= readFileSync('b')));
app.get('/c', (req, res) => res.send(readFileSync('c'))); // !`,
  ],
]);

checkStyles('query-in-loop', [
  [
    'helpers that ask only for what is not known yet',
    `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
async function idOf(name: string, known: Map<string, number>) {
  if (known.has(name)) return known.get(name);
  const user = await prisma.user.findUnique({ where: { name } });
  known.set(name, user.id);
  return user.id;
}
async function always(name: string) {
  return prisma.user.findUnique({ where: { name } });
}
export async function load(names: string[]) {
  const ids = new Map<string, number>();
  for (const name of names) await idOf(name, ids);
  for (const name of names) await always(name); // !
}`,
  ],
  [
    'a union of types of one library',
    `import type { Knex } from 'knex';
type Db = Knex | Knex.Transaction;
export class Store {
  constructor(private readonly db: Db) {}
  async seen(ids: string[]) {
    for (const id of ids) await this.db('seen').update({ id }).where('id', id); // !
  }
}`,
  ],
]);
