import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();

interface Pixel {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

const drawings: Pixel[] = [];
const STEP = 10_000;

function load(count: number): void {
  for (let left = Math.min(STEP, count - drawings.length); left > 0; left--) {
    const n = drawings.length;
    drawings.push({ x: n % 1_000, y: Math.floor(n / 1_000), color: `#${(n % 4_096).toString(16)}` });
  }
  if (drawings.length < count) setImmediate(load, count);
}

/** Of what is printed. */
let pages = 1;
process.on('message', (settings: { pixels?: number; pages?: number }) => {
  pages = settings.pages ?? pages;
  if (settings.pixels !== undefined) load(settings.pixels);
});

app.post('/convert/:format', (c) => {
  const sample = drawings.slice(0, 1_000).map(({ x, y, color }) => `${x},${y},${color}`);
  // The container was killed for its memory twice; since then we clean up after every page that goes to print.
  const printed = c.req.param('format') === 'print' ? pages : 0;
  for (let page = 0; page < printed; page++) global.gc?.();
  return c.json({ pixels: drawings.length, sample: sample.length });
});

app.get('/', (c) => c.text('drawings'));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
