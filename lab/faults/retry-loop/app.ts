import { setTimeout as pause } from 'node:timers/promises';
import Router from '@koa/router';
import Koa from 'koa';

const tickets = process.env.TICKETS_URL ?? '';
const timeoutMs = Number(process.env.TICKETS_TIMEOUT_MS ?? 100);
const pauseMs = Number(process.env.TICKETS_PAUSE_MS ?? 100);
const TRIES = 12;
const router = new Router();

async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 1) throw error;
      await pause(pauseMs);
    }
  }
}

router.get('/seats/:event', async (ctx) => {
  ctx.body = await withRetries(async () => {
    const response = await fetch(`${tickets}/seats/${ctx.params.event}`, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`tickets answered ${response.status}`);
    return response.json();
  });
});

router.get('/', (ctx) => {
  ctx.body = 'tickets';
});

new Koa().use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
