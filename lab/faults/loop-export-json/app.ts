import { createServer } from 'node:http';
import axios from 'axios';

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly lines: readonly { readonly sku: string; readonly qty: number; readonly note: string }[];
}

const rates = process.env.RATES_URL ?? '';

function buildOrders(count: number): Order[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    customer: `customer ${id % 977}`,
    lines: [1, 2, 3].map((qty) => ({ sku: `SKU-${id}-${qty}`, qty, note: `"quoted" – ${'ä'.repeat(qty * 5)}` })),
  }));
}

/** Years in the archive. */
let years = 1;
process.on('message', (archive: { years: number }) => {
  years = archive.years;
});

function renderExport(orders: readonly Order[]): string {
  let text = '';
  for (let year = 0; year < years; year++) text = JSON.stringify(JSON.parse(JSON.stringify(orders)));
  return text;
}

const orders = buildOrders(2_000);

createServer(async (req, res) => {
  const url = new URL(req.url ?? '/', 'http://localhost');
  res.setHeader('content-type', 'application/json');
  if (url.pathname === '/rate') {
    const { data } = await axios.get(`${rates}/eur`);
    res.end(JSON.stringify({ rate: data.rate }));
  } else if (url.pathname === '/export') {
    res.end(renderExport(orders).slice(0, 1_000));
  } else {
    res.statusCode = 404;
    res.end('{}');
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
