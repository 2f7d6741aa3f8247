// holdup-ignore-file js/unbounded-query: sets up the database of one run, which has a limit as a whole
import type { RunningPostgres } from '@holdup/testkit';
import { Client } from 'pg';

export const PRODUCTS = 50;
/** A list like everybody's. */
export const SHORT_LIST = 1;
/** The list of the one customer who wants everything. */
export const LONG_LIST = 2;

/** Without an index on the product, reading them all takes about as long as a round trip to a database on another host. */
const REVIEWS = 15_000;
const SHORT_LIST_ROWS = 3;
/** How long the long list should keep one statement after another busy: well beyond the budget. */
const LONG_LIST_MS = 1_500;
const TRIAL_STATEMENTS = 100;
const RATING = 'SELECT avg(stars)::float AS stars FROM reviews WHERE product_id = $1';

const SCHEMA = `
  CREATE TABLE products (id int PRIMARY KEY, title text NOT NULL, description text NOT NULL);
  CREATE TABLE stock (product_id int PRIMARY KEY REFERENCES products, qty int NOT NULL);
  CREATE TABLE cart_lines (cart_id int NOT NULL, product_id int NOT NULL, qty int NOT NULL);
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total int NOT NULL);
  CREATE TABLE reviews (product_id int NOT NULL, stars int NOT NULL, body text NOT NULL);
  CREATE TABLE wishes (list_id int NOT NULL, product_id int NOT NULL);
  CREATE TABLE reports (id serial PRIMARY KEY, currency text NOT NULL, total float NOT NULL);
  CREATE INDEX ON cart_lines (cart_id);
  CREATE INDEX ON wishes (list_id);
  INSERT INTO products SELECT i, 'Product ' || i, repeat('good ', 40) FROM generate_series(1, ${PRODUCTS}) i;
  INSERT INTO stock SELECT id, 1000000 FROM products;
  INSERT INTO cart_lines SELECT i, 1 + (i + n) % ${PRODUCTS}, n FROM generate_series(1, 20) i, generate_series(1, 2) n;
  INSERT INTO customers SELECT i, 'Customer ' || i FROM generate_series(1, 100) i;
  INSERT INTO orders SELECT i, 1 + i % 100, 100 + i FROM generate_series(1, 500) i;
  INSERT INTO reviews SELECT 1 + i % ${PRODUCTS}, 1 + i % 5, 'fine ' || i FROM generate_series(1, ${REVIEWS}) i;
  ANALYZE;
`;

/** Creates the shop's tables and rows. The long wish list is as long as this machine is fast. */
export async function fillDatabase(postgres: RunningPostgres): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(SCHEMA);
    const start = performance.now();
    for (let index = 0; index < TRIAL_STATEMENTS; index++) await client.query(RATING, [1 + (index % PRODUCTS)]);
    const statementMs = (performance.now() - start) / TRIAL_STATEMENTS;
    for (const [list, rows] of [
      [SHORT_LIST, SHORT_LIST_ROWS],
      [LONG_LIST, Math.ceil(LONG_LIST_MS / statementMs)],
    ]) {
      await client.query(`INSERT INTO wishes SELECT $1, 1 + i % ${PRODUCTS} FROM generate_series(1, $2::int) i`, [
        list,
        rows,
      ]);
    }
  } finally {
    await client.end();
  }
}
