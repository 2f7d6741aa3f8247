import Fastify from 'fastify';

const names = process.env.NAMES_URL ?? '';
const app = Fastify();

interface Entry {
  readonly key: string;
  readonly seen: number;
  readonly tags: readonly string[];
}

let next = 0;
function createEntry(): Entry {
  const id = next++;
  return { key: `entry ${id}`, seen: id / 3, tags: [`tag ${id % 7}`, `group ${id % 11}`] };
}

const cache: Entry[] = [createEntry()];
const STEP = 10_000;

// Warmed step by step, so that nobody notices.
function warm(size: number): void {
  for (let left = Math.min(STEP, size - cache.length); left > 0; left--) cache.push(createEntry());
  if (cache.length < size) setImmediate(warm, size);
}
process.on('message', (settings: { entries: number }) => warm(settings.entries));

app.post<{ Querystring: { count: string } }>('/events', async (request) => {
  for (let left = Number(request.query.count); left > 0; left--) {
    cache[Math.floor(Math.random() * cache.length)] = createEntry();
  }
  return { entries: cache.length };
});

app.get<{ Params: { id: string } }>('/names/:id', async (request) => {
  const parts: number[] = [];
  for (const part of ['first', 'last', 'nick', 'title']) {
    const response = await fetch(`${names}/${part}/${request.params.id}`);
    parts.push(((await response.json()) as { id: number }).id);
  }
  return { parts };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
