import type { IdParams, Shop } from '../shop.ts';

interface Order {
  readonly productId: number;
  readonly qty: number;
}

/** Selling and restocking. */
export function addCheckoutRoutes({ app, db, partners }: Shop): void {
  app.post<{ Body: Order }>('/checkout', async (request) => {
    const { productId, qty } = request.body;
    const client = await db.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query('SELECT qty FROM stock WHERE product_id = $1 FOR UPDATE', [productId]);
      if ((rows[0]?.qty ?? 0) < qty) throw new Error('sold out');
      // Mistake on purpose: the row stays locked while somebody else's service decides.
      const receipt = await partners.charge(qty * 1_000);
      await client.query('UPDATE stock SET qty = qty - $2 WHERE product_id = $1', [productId, qty]);
      await client.query('COMMIT');
      return { receipt };
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  });

  app.put<IdParams & { Body: { qty: number } }>('/stock/:id', async (request) => {
    const { rowCount } = await db.query('UPDATE stock SET qty = qty + $2 WHERE product_id = $1', [
      request.params.id,
      request.body.qty,
    ]);
    return { changed: rowCount };
  });
}
