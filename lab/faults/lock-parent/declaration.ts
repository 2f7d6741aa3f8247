import type { Declaration } from '../../src/declaration.ts';
import { get, post } from '../../src/shots.ts';

const ORDERS = 40;
const HELD = 11;

export const lockParent: Declaration = {
  name: 'lock-parent',
  title: 'Notes refer to an order whose row stays locked while the carrier is slow',
  stack: 'Fastify, pg Pool, a foreign key',
  cause: 'db-lock-wait',
  victim: 'POST /orders/:id/notes',
  elsewhere: 'GET /orders/:id',
  severity: [1.5, 3],
  partners: { carrier: {} },
  schema: () => `
    CREATE TABLE orders (id int PRIMARY KEY, shipped boolean NOT NULL DEFAULT false);
    INSERT INTO orders (id) SELECT n FROM generate_series(1, ${ORDERS}) n;
    CREATE TABLE order_notes (order_id int NOT NULL REFERENCES orders, body text NOT NULL);`,
  expected: () => ({ cause: 'db-lock-wait', culprits: ['POST /orders/:id/ship'] }),
  traffic: ({ victimEveryMs, neighbourEveryMs }) => [
    {
      route: 'POST /orders/:id/notes',
      everyMs: victimEveryMs * 1.5,
      shoot: (n) => post(`/orders/${1 + (n % ORDERS)}/notes`),
    },
    { route: 'GET /orders/:id', everyMs: neighbourEveryMs, shoot: (n) => get(`/orders/${1 + (n % ORDERS)}`) },
    {
      route: 'POST /orders/:id/ship',
      everyMs: neighbourEveryMs * 2,
      shoot: (n) => post(`/orders/${1 + (n % ORDERS)}/ship`),
    },
  ],
  faultTraffic: ({ holdMs, victimEveryMs }) => [
    {
      route: 'POST /orders/:id/ship',
      everyMs: holdMs * 1.5,
      offsetMs: 0,
      shoot: () => post(`/orders/${HELD}/ship`),
    },
    {
      route: 'POST /orders/:id/notes',
      everyMs: victimEveryMs * 3,
      shoot: () => post(`/orders/${HELD}/notes`),
    },
  ],
  on: (world, { holdMs }) => world.partner('carrier').behave({ firstByteMs: holdMs }),
};
