import { createServer } from 'node:http';
import got from 'got';

const rates = got.extend({ prefixUrl: process.env.RATES_URL ?? '' });

createServer(async (req, res) => {
  const currency = /^\/convert\/([A-Z]{3})$/.exec(req.url ?? '')?.[1];
  if (currency === undefined) {
    res.end('rates');
    return;
  }
  try {
    const { rate } = await rates(`rates/${currency}`).json<{ rate: number }>();
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ rate }));
  } catch (error) {
    res.writeHead(503).end(String(error));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
