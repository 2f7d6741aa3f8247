import Fastify from 'fastify';

const names = process.env.NAMES_URL ?? '';
const app = Fastify();

interface Entry {
  readonly key: string;
  readonly seen: number;
  readonly tags: string[];
}

const cache = new Map<number, Entry>();
let entriesPerCall = 10;
let limit = 100;
process.on('message', (settings: { entriesPerCall: number; limit: number }) => {
  entriesPerCall = settings.entriesPerCall;
  limit = settings.limit;
});

let next = 0;
function remember(count: number): void {
  for (let left = count; left > 0; left--) {
    const id = next++;
    cache.set(id, { key: `entry ${id}`, seen: id / 3, tags: [`tag ${id % 7}`, `group ${id % 11}`] });
    cache.delete(id - limit);
  }
}

app.post('/events', async () => {
  remember(entriesPerCall);
  return { entries: cache.size };
});

app.get<{ Params: { id: string } }>('/names/:id', async (request) => {
  const response = await fetch(`${names}/names/${request.params.id}`);
  const { id } = (await response.json()) as { id: number };
  remember(1);
  return { id };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
