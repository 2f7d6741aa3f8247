import type { Shop } from '../shop.ts';

/** Numbers for the accountants. */
export function addReportRoutes({ app, db, partners }: Shop): void {
  app.post<{ Body: { currency: string } }>('/report', async (request) => {
    const client = await db.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ sum: number }>('SELECT sum(total)::float AS sum FROM orders');
      // Mistake on purpose: a database connection is kept through a call to somebody else's service.
      const rate = await partners.exchangeRate(request.body.currency);
      const total = (rows[0]?.sum ?? 0) * rate;
      await client.query('INSERT INTO reports (currency, total) VALUES ($1, $2)', [request.body.currency, total]);
      await client.query('COMMIT');
      return { total };
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  });
}
