import { isSearchText } from '../search-text.ts';
import type { Shop } from '../shop.ts';

/** The search box. */
export function addSearchRoutes({ app, db }: Shop): void {
  app.get<{ Querystring: { q: string } }>('/search', async (request, reply) => {
    const { q } = request.query;
    if (!isSearchText(q)) return reply.code(400).send({ error: 'words only' });
    const { rows } = await db.query('SELECT id, title FROM products WHERE title ILIKE $1 LIMIT 20', [`%${q}%`]);
    return rows;
  });
}
