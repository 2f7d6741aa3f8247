import type { Declaration } from '../../src/declaration.ts';
import { poolKnex } from '../pool-knex/declaration.ts';

/** The same service and the same fault with another library's pool. */
export const poolSequelize: Declaration = {
  ...poolKnex,
  name: 'pool-sequelize',
  title: 'A slow statement of one route holds every connection of an ORM that brings its own pool',
  stack: 'Express 5, Sequelize 6',
};
