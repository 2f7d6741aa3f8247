import type { Declaration } from '../../src/declaration.ts';
import { rowsLoop } from '../rows-loop/declaration.ts';

/** The same service and the same fault through an ORM's lazy relation. */
export const rowsTypeorm: Declaration = {
  ...rowsLoop,
  name: 'rows-typeorm',
  title: 'A very long wish list, whose lazy relation loads every product by a statement of its own',
  stack: 'Express 5, TypeORM',
  schema: (plan) => `${rowsLoop.schema?.(plan)}
    ALTER TABLE wishes ADD COLUMN id serial PRIMARY KEY;`,
  expected: () => ({ cause: 'query-per-row', culprits: ['FROM "products"'] }),
};
