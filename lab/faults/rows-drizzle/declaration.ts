import type { Declaration } from '../../src/declaration.ts';
import { rowsLoop } from '../rows-loop/declaration.ts';

/** The same service and the same fault through a query builder. */
export const rowsDrizzle: Declaration = {
  ...rowsLoop,
  name: 'rows-drizzle',
  title: 'A very long wish list, one statement per row through a typed query builder',
  stack: 'Hono, Drizzle, pg Pool',
  expected: () => ({ cause: 'query-per-row', culprits: ['from "products"'] }),
};
