import Fastify from 'fastify';
import got from 'got';

const firstPauseMs = Number(process.env.RETRY_PAUSE_MS ?? 200);
const stock = got.extend({
  prefixUrl: process.env.STOCK_URL ?? '',
  retry: {
    limit: 4,
    calculateDelay: ({ attemptCount, computedValue }) => computedValue && firstPauseMs * 2 ** (attemptCount - 1),
  },
});
const app = Fastify();

app.get<{ Params: { sku: string } }>('/availability/:sku', async (request, reply) => {
  try {
    const { items } = await stock(`stock/${request.params.sku}`).json<{ items: { qty: number }[] }>();
    return { available: items.some(({ qty }) => qty > 0) };
  } catch {
    return reply.code(503).send({ error: 'the stock is not known' });
  }
});

app.get('/', async () => 'availability');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
