import Fastify from 'fastify';
import { Pool } from 'pg';
import { readConfig } from './config.ts';
import { createPartners } from './partners.ts';
import { addCartRoutes } from './routes/cart.ts';
import { addCatalogRoutes } from './routes/catalog.ts';
import { addCheckoutRoutes } from './routes/checkout.ts';
import { addOrderRoutes } from './routes/orders.ts';
import { addReportRoutes } from './routes/report.ts';
import { addReviewRoutes } from './routes/reviews.ts';
import { addSearchRoutes } from './routes/search.ts';
import type { Shop } from './shop.ts';

const config = readConfig(process.env);
const db = new Pool({ connectionString: config.databaseUrl, max: 10, connectionTimeoutMillis: 3_000 });
// A connection lost while idle is replaced by the pool; without a listener it would end the process.
db.on('error', () => {});

const app = Fastify({ forceCloseConnections: true });
const shop: Shop = { app, db, partners: createPartners(config) };
addCatalogRoutes(shop);
addCartRoutes(shop);
addCheckoutRoutes(shop);
addOrderRoutes(shop);
addReportRoutes(shop);
addReviewRoutes(shop);
addSearchRoutes(shop);

const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url: address });
process.once('SIGTERM', () => process.exit(0));
// Started by a supervisor: without it there is nobody to serve.
process.once('disconnect', () => process.exit(0));
