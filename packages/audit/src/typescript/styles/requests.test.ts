import { checkStyles } from '../testing/check-styles.ts';

checkStyles('unbounded-request', [
  [
    'a service of NestJS',
    `import { Injectable } from '@nestjs/common';
import axios, { AxiosInstance } from 'axios';
@Injectable()
export class RatesService {
  private readonly http: AxiosInstance = axios.create({ baseURL: 'https://rates.example' });
  async load(base: string) {
    const { data } = await this.http.get<Rates>('/latest', { params: { base } }); // !
    return data;
  }
}`,
  ],
  [
    'an instance of another file',
    `// file: http.js
const axios = require('axios');
const http = axios.create({ timeout: 3000 });
module.exports = { http, slow: axios.create() };
// file: app.js
const { http, slow } = require('./http');
exports.load = async (id) => [await http.get('/a/' + id), await slow.get('/b/' + id)]; // !`,
  ],
  [
    'options with a spread that is known',
    `const base = { headers: { accept: 'application/json' } };
export const load = (id: string) => fetch(\`https://a.example/\${id}\`, { ...base, method: 'POST' }); // !
export const bounded = (id: string) => fetch(id, { ...base, signal: AbortSignal.timeout(500) });`,
  ],
  [
    'a wrapper that is given its options',
    `export async function getJson(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init);
  return response.json();
}
export async function withLimit(url: string, ms = 1_000, init?: RequestInit) {
  return fetch(url, { ...init, signal: AbortSignal.any([AbortSignal.timeout(ms), init?.signal].filter(Boolean)) });
}`,
  ],
  [
    'node:https in a promise',
    `const https = require('https');
function load(url) {
  return new Promise((resolve, reject) => {
    https.get(url, (res) => { res.on('data', () => {}); res.on('end', resolve); }).on('error', reject); // !
  });
}
function bounded(url) {
  return new Promise((resolve, reject) => {
    const req = https.get(url, { timeout: 500 }, resolve);
    req.on('timeout', () => req.destroy(new Error('late')));
    req.on('error', reject);
  });
}`,
  ],
  [
    'got and ky, plain, extended and with the limit switched off',
    `import got from 'got';
import ky from 'ky';
const api = ky.create({ prefixUrl: 'https://a.example' });
const endless = ky.create({ prefixUrl: 'https://a.example', timeout: false });
const client = got.extend({ prefixUrl: 'https://b.example' });
export const a = () => api.get('x').json();
export const b = () => endless.get('x').json(); // !
export const c = () => client('x').json(); // !
export const d = () => client('x', { timeout: { request: 500 } }).json();
export const e = () => ky('https://c.example', { timeout: false }); // !
export const f = () => ky.post('https://c.example', { timeout: false, signal: AbortSignal.timeout(5) });`,
  ],
  [
    'clients of the AWS SDK',
    `import { S3Client, GetObjectCommand, S3 } from '@aws-sdk/client-s3';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
const s3 = new S3Client({ region: 'eu-west-1' });
const connectOnly = new S3Client({ requestHandler: new NodeHttpHandler({ connectionTimeout: 300 }) });
const bounded = new S3Client({ requestHandler: new NodeHttpHandler({ connectionTimeout: 300, requestTimeout: 900 }) });
const short = new S3Client({ requestHandler: { requestTimeout: 900 } });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const whole = new S3({});
export async function load(Bucket: string, Key: string) {
  await s3.send(new GetObjectCommand({ Bucket, Key })); // !
  await connectOnly.send(new GetObjectCommand({ Bucket, Key })); // !
  await bounded.send(new GetObjectCommand({ Bucket, Key }));
  await short.send(new GetObjectCommand({ Bucket, Key }));
  await documents.send(new GetCommand({ TableName: Bucket, Key: {} })); // !
  await whole.getObject({ Bucket, Key }); // !
  await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: AbortSignal.timeout(500) });
}`,
  ],
  [
    'superagent',
    `import request from 'superagent';
export const a = async (url: string) => (await request.get(url).set('accept', 'json')).body; // !
export const b = async (url: string) => (await request.post(url).send({}).timeout({ deadline: 500 })).body;
export const c = (url: string, done: () => void) => request.get(url).query({ a: 1 }).end(done); // !`,
  ],
  [
    'gRPC: a loaded package, generated code, a callback and a deadline',
    `import * as grpc from '@grpc/grpc-js';
import { GreeterClient } from './gen/greeter';
const proto = grpc.loadPackageDefinition(definition) as any;
const loaded = new proto.hello.Greeter('a:50051', grpc.credentials.createInsecure());
export class Hello {
  private readonly client = new GreeterClient('a:50051', grpc.credentials.createInsecure());
  say(name: string, callback: grpc.requestCallback<Reply>) {
    this.client.sayHello({ name }, callback); // !
    loaded.sayHello({ name }, (error: Error, reply: Reply) => callback(null, reply)); // !
    this.client.sayHello({ name }, { deadline: Date.now() + 500 }, callback);
    const deadline = new Date(Date.now() + 500);
    loaded.sayHello({ name }, new grpc.Metadata(), { deadline }, callback);
  }
}`,
  ],
  [
    'undici: a pool with limits, and a request without',
    `import { Agent, Pool, request } from 'undici';
const pool = new Pool('https://a.example', { headersTimeout: 500, bodyTimeout: 500 });
export const a = () => pool.request({ path: '/', method: 'GET' });
export const b = (url: string) => request(url, { method: 'POST' }); // !
export const c = (url: string, dispatcher: Agent) => request(url, { dispatcher });`,
  ],
]);

checkStyles('unbounded-request', [
  [
    'a package that only pages run, and one that serves them too',
    `// file: web/package.json
{ "dependencies": { "react-dom": "19" } }
// file: web/src/api.ts
export const load = () => fetch('https://a.example');
// file: both/package.json
{ "dependencies": { "react-dom": "19", "express": "5" } }
// file: both/src/api.ts
export const load = () => fetch('https://a.example'); // !`,
  ],
  [
    'an upload with a client that has a limit',
    `import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
const bounded = new S3Client({ requestHandler: { requestTimeout: 5_000 } });
export const a = (params: Params) => new Upload({ client: bounded, params }).done();
export const b = (params: Params) => new Upload({ client: new S3Client({}), params }).done(); // !`,
  ],
]);

checkStyles('signal-not-passed', [
  [
    'a parameter, a destructured one and a typed one',
    `export const a = (url: string, signal: AbortSignal) => fetch(url); // !
export const b = (url: string, { signal }: { signal?: AbortSignal }) => fetch(url, { method: 'POST' }); // !
export const c = (url: string, abort: AbortSignal) => fetch(url, { signal: abort });
export const d = (url: string, { signal }: Options) => fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(9)]) });`,
  ],
  [
    'Hono',
    `import { Hono } from 'hono';
const app = new Hono();
app.get('/rates', async (c) => {
  const late = await fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
  const both = await fetch('https://a.example', { signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(500)]) });
  return c.json([late, both]);
});
export default app;`,
  ],
  [
    'a route of Next',
    `export async function GET(request: Request) {
  await fetch('https://a.example', { signal: AbortSignal.timeout(500) }); // !
  return fetch('https://a.example', { signal: request.signal });
}`,
  ],
  [
    'signals of processes, and functions that make their own',
    `import { spawn } from 'node:child_process';
spawn('a').on('exit', async (code, signal) => {
  await fetch('https://a.example/exit');
});
export async function a(url: string) {
  const { signal } = new AbortController();
  return fetch(url, { signal });
}`,
  ],
  [
    'axios in a method',
    `import axios from 'axios';
export class Api {
  readonly #http = axios.create({ timeout: 500 });
  load(path: string, signal: AbortSignal) {
    return this.#http.get(path); // !
  }
  save(path: string, body: unknown, signal: AbortSignal) {
    return this.#http.post(path, body, { signal });
  }
}`,
  ],
]);
