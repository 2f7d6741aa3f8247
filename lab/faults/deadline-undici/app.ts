import { createServer } from 'node:http';
import { request } from 'undici';

const routes = process.env.ROUTES_URL ?? '';

/** By car at once, by lorry with everything that a lorry must not drive through. */
async function plan(vehicle: string, trip: string): Promise<unknown> {
  const { body } = await request(`${routes}/${vehicle}/${trip}`);
  return body.json();
}

createServer(async (req, res) => {
  const trip = /^\/trips\/(\d+)(\?lorry)?$/.exec(req.url ?? '');
  if (trip === null) {
    res.end('trips');
    return;
  }
  try {
    const found = await plan(trip[2] === undefined ? 'car' : 'lorry', String(trip[1]));
    res.setHeader('content-type', 'application/json').end(JSON.stringify(found));
  } catch (error) {
    res.writeHead(502).end(String(error));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
