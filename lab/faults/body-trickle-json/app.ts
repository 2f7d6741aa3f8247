import Fastify from 'fastify';

const catalog = process.env.CATALOG_URL ?? '';
const app = Fastify();

app.get<{ Params: { page: string } }>('/catalog/:page', async (request) => {
  const response = await fetch(`${catalog}/pages/${request.params.page}`);
  const { items } = (await response.json()) as { items: { id: number; qty: number }[] };
  return items.filter(({ qty }) => qty > 0);
});

app.get('/categories', async () => ['books', 'music']);

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
