import { Resolver } from 'node:dns';
import { get } from 'node:http';
import type { LookupFunction } from 'node:net';
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DB_POOL ?? 10) });
const warehouse = process.env.WAREHOUSE_URL ?? '';
const resolver = new Resolver({ timeout: 10_000, tries: 2 });
resolver.setServers([process.env.NAME_SERVER ?? '']);

const lookup: LookupFunction = (hostname, options, callback) => {
  resolver.resolve4(hostname, (error, addresses) => {
    if (error) callback(error, '', 4);
    else if (options.all)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0] ?? '', 4);
  });
};

function askWarehouse(id: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${warehouse}/bins/${id}`, { lookup, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

const app = express();

app.post('/pick/:id', async (req, res) => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE stock SET qty = qty - 1 WHERE product_id = $1', [req.params.id]);
    await askWarehouse(req.params.id);
    await client.query('COMMIT');
    res.json({ ok: true });
  } finally {
    client.release();
  }
});

app.get('/stock/:id', async (req, res) => {
  const { rows } = await pool.query('SELECT qty FROM stock WHERE product_id = $1', [req.params.id]);
  res.json(rows[0] ?? null);
});

app.get('/', (_req, res) => {
  res.send('warehouse');
});

app.listen(Number(process.env.PORT), '127.0.0.1');
