import type { Declaration } from '../../src/declaration.ts';
import { lockCheckout } from '../lock-checkout/declaration.ts';

/** The same service and the same fault through a query builder. */
export const lockDrizzle: Declaration = {
  ...lockCheckout,
  name: 'lock-drizzle',
  title: "A query builder's transaction keeps a stock row locked while the payment service is slow",
  stack: 'Fastify 5, Drizzle, pg Pool, global fetch',
};
