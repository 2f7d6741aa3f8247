import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { Partners } from './partners.ts';

/** What every route of the shop works with. */
export interface Shop {
  readonly app: FastifyInstance;
  readonly db: Pool;
  readonly partners: Partners;
}

export interface IdParams {
  readonly Params: { readonly id: string };
}
