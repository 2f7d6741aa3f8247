import { PRODUCTS, SHORT_LIST } from './database.ts';
import type { Shot, Stream } from './load.ts';

export function get(path: string): Shot {
  return { method: 'GET', path };
}

/** Products one after another, so that every row is asked for. */
export function productAt(count: number): number {
  return 1 + (count % PRODUCTS);
}

/** What the shop's customers do all day. Beats share no common divisor, so that they do not march in step. */
export const EVERYDAY: readonly Stream[] = [
  { route: 'GET /products/:id', everyMs: 97, shoot: (n) => get(`/products/${productAt(n)}`) },
  { route: 'GET /cart/:id', everyMs: 131, shoot: (n) => get(`/cart/${1 + (n % 20)}`) },
  { route: 'GET /delivery/:id', everyMs: 211, shoot: (n) => get(`/delivery/${productAt(n)}`) },
  { route: 'GET /search', everyMs: 307, shoot: (n) => get(`/search?q=product%20${productAt(n)}`) },
  { route: 'GET /products/:id/image', everyMs: 263, shoot: (n) => get(`/products/${productAt(n)}/image`) },
  { route: 'GET /reviews/:id', everyMs: 389, shoot: (n) => get(`/reviews/${productAt(n)}`) },
  { route: 'GET /orders/:id', everyMs: 401, shoot: (n) => get(`/orders/${1 + (n % 500)}`) },
  { route: 'GET /wishlist/:id', everyMs: 419, shoot: () => get(`/wishlist/${SHORT_LIST}`) },
  { route: 'GET /compare', everyMs: 443, shoot: (n) => get(`/compare?ids=${productAt(n)},${productAt(n + 1)}`) },
  { route: 'PUT /stock/:id', everyMs: 331, shoot: (n) => restock(productAt(n)) },
  { route: 'POST /checkout', everyMs: 503, shoot: (n) => checkout(productAt(n)) },
  { route: 'POST /report', everyMs: 701, shoot: () => report() },
];

export function restock(productId: number): Shot {
  return { method: 'PUT', path: `/stock/${productId}`, body: { qty: 3 } };
}

export function checkout(productId: number): Shot {
  return { method: 'POST', path: '/checkout', body: { productId, qty: 1 } };
}

export function report(): Shot {
  return { method: 'POST', path: '/report', body: { currency: 'EUR' } };
}

/** Everyday traffic in which these streams take the place of their routes' own. */
export function everydayWith(...streams: readonly Stream[]): Stream[] {
  const replaced = new Set(streams.map((stream) => stream.route));
  return [...EVERYDAY.filter((stream) => !replaced.has(stream.route)), ...streams];
}
