import { randomBytes, scrypt } from 'node:crypto';
import { Agent } from 'node:http';
import Router from '@koa/router';
import axios from 'axios';
import Koa from 'koa';

// No keep-alive: both sides of the mesh balance per connection.
const users = axios.create({ baseURL: process.env.USERS_URL ?? '', httpAgent: new Agent({ keepAlive: false }) });
const router = new Router();

let turns = 1;
process.on('message', (settings: { turns: number }) => {
  turns = settings.turns;
});

function deriveKey(passphrase: string): Promise<Buffer> {
  const cost = { N: 1024, r: 8, p: turns, maxmem: 1 << 30 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, randomBytes(16), 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

router.post('/vaults/:name', async (ctx) => {
  const key = await deriveKey(`${ctx.params.name} opens`);
  ctx.status = 201;
  ctx.body = { id: key.toString('hex').slice(0, 8) };
});

router.get('/users/:id', async (ctx) => {
  const { data } = await users.get(`/users/${ctx.params.id}`);
  ctx.body = { id: data.id, status: data.status };
});

router.get('/health', (ctx) => {
  ctx.body = { up: true };
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
