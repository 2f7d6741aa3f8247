import type { Declaration } from '../../src/declaration.ts';
import { poolTxHttp } from '../pool-tx-http/declaration.ts';

/** The same service and the same fault, through a framework with injection and an ORM. */
export const poolNestTypeorm: Declaration = {
  ...poolTxHttp,
  name: 'pool-nest-typeorm',
  title: 'Transactions of an ORM keep their connections through a slow call to the ledger',
  stack: 'NestJS 12 on Express, TypeORM, global fetch',
};
