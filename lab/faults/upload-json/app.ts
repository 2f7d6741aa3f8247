import Fastify from 'fastify';

const stock = process.env.STOCK_URL ?? '';
const app = Fastify({ bodyLimit: 5_000_000 });

app.post<{ Body: { items?: unknown[] } }>('/orders', async (request, reply) => {
  const response = await fetch(`${stock}/reservations`);
  const { status } = (await response.json()) as { status: string };
  return reply.code(201).send({ items: request.body.items?.length ?? 0, status });
});

app.get('/orders/:id', async (request) => {
  const response = await fetch(`${stock}/orders/${(request.params as { id: string }).id}`);
  return response.json();
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
