import Fastify from 'fastify';
import { Redis } from 'ioredis';

const redis = new Redis(process.env.REDIS_URL ?? '');
const app = Fastify();

app.get<{ Params: { id: string } }>('/carts/:id', async (request) => {
  const cart = await redis.get(`cart:${request.params.id}`);
  return { id: request.params.id, cart };
});

app.get('/', async () => 'carts');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
