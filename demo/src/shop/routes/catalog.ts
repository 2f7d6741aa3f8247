import type { IdParams, Shop } from '../shop.ts';

/** Looking at products: what they are, what they look like, when they could arrive, how they compare. */
export function addCatalogRoutes({ app, db, partners }: Shop): void {
  app.get<IdParams>('/products/:id', async (request, reply) => {
    const { rows } = await db.query('SELECT id, title, description FROM products WHERE id = $1', [request.params.id]);
    return rows[0] ?? reply.code(404).send({ error: 'no such product' });
  });

  app.get<IdParams>('/products/:id/image', async (request, reply) => {
    const image = await partners.image(Number(request.params.id));
    return reply.type('image/png').send(image);
  });

  app.get<IdParams>('/delivery/:id', async (request) => {
    return { days: await partners.deliveryDays(Number(request.params.id)) };
  });

  app.get<{ Querystring: { ids: string } }>('/compare', async (request) => {
    const prices: { id: number; cents: number }[] = [];
    // Mistake on purpose: nothing needs the calls to follow one another.
    for (const id of request.query.ids.split(',').map(Number)) prices.push({ id, cents: await partners.price(id) });
    return prices;
  });
}
