import { setImmediate as breathe } from 'node:timers/promises';
import Fastify from 'fastify';

const quotes = process.env.QUOTES_URL ?? '';
const app = Fastify();

interface Tile {
  readonly width: number;
  readonly pixels: Float64Array;
}

let tileWork = 1;
process.on('message', (settings: { tileWork: number }) => {
  tileWork = settings.tileWork;
});

function blur(tile: Tile): void {
  const { pixels } = tile;
  for (let pass = 0; pass < tileWork; pass++) {
    for (let i = 1; i < pixels.length - 1; i++) {
      pixels[i] = ((pixels[i - 1] ?? 0) + (pixels[i] ?? 0) + (pixels[i + 1] ?? 0)) / 3;
    }
  }
}

// Lets the others have their turn between the tiles.
app.post<{ Querystring: { tiles: string } }>('/render', async (request) => {
  const tile: Tile = { width: 100, pixels: new Float64Array(50_000).fill(1) };
  for (let left = Number(request.query.tiles); left > 0; left--) {
    blur(tile);
    await breathe();
  }
  return { ok: true };
});

app.get<{ Params: { id: string } }>('/quotes/:id', async (request) => {
  let sum = 0;
  for (const part of ['net', 'tax', 'gross', 'fee']) {
    const response = await fetch(`${quotes}/${part}/${request.params.id}`);
    sum += ((await response.json()) as { cents: number }).cents;
  }
  return { sum };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
