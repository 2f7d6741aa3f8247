import type { Pool } from 'pg';
import type { IdParams, Shop } from '../shop.ts';

/** Past orders. */
export function addOrderRoutes({ app, db }: Shop): void {
  app.get<IdParams>('/orders/:id', async (request, reply) => {
    const client = await db.connect();
    try {
      const { rows } = await client.query('SELECT id, customer_id, total FROM orders WHERE id = $1', [
        request.params.id,
      ]);
      const [order] = rows;
      if (order === undefined) return reply.code(404).send({ error: 'no such order' });
      // Mistake on purpose: asks the pool for a second connection while holding one.
      return { ...order, customer: await findCustomer(db, order.customer_id) };
    } finally {
      client.release();
    }
  });
}

async function findCustomer(db: Pool, id: number): Promise<unknown> {
  const { rows } = await db.query('SELECT id, name FROM customers WHERE id = $1', [id]);
  return rows[0];
}
