import type { Declaration } from '../../src/declaration.ts';
import { leakOnError } from '../leak-on-error/declaration.ts';

/** The same service and the same fault, through a framework with injection and an ORM. */
export const leakNestTypeorm: Declaration = {
  ...leakOnError,
  name: 'leak-nest-typeorm',
  title: 'A QueryRunner whose insert fails is never released: no finally',
  stack: 'NestJS 12 on Fastify, TypeORM QueryRunner',
};
