import type { IdParams, Shop } from '../shop.ts';

/** What customers think. */
export function addReviewRoutes({ app, db }: Shop): void {
  app.get<IdParams>('/reviews/:id', async (request, reply) => {
    const client = await db.connect();
    const product = await client.query('SELECT title FROM products WHERE id = $1', [request.params.id]);
    // Mistake on purpose: this way out forgets to release the connection.
    if (product.rowCount === 0) return reply.code(404).send({ error: 'no such product' });
    const reviews = await client.query('SELECT stars, body FROM reviews WHERE product_id = $1 LIMIT 5', [
      request.params.id,
    ]);
    client.release();
    return { product: product.rows[0], reviews: reviews.rows };
  });
}
