import type { Declaration } from '../../src/declaration.ts';
import { leakOnError } from '../leak-on-error/declaration.ts';

/** The same service and the same fault with another library's pool. */
export const leakKnex: Declaration = {
  ...leakOnError,
  name: 'leak-knex',
  title: 'A transaction whose insert fails is neither committed nor rolled back, and keeps its connection',
  stack: 'Express 5, knex (tarn)',
};
