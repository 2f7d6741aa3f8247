import express from 'express';

interface Offer {
  readonly cents: number;
}

const offers = process.env.OFFERS_URL ?? '';
const patienceMs = Number(process.env.OFFER_TIMEOUT ?? 1_000);
const app = express();

/** Without an answer in time there is simply no offer. */
async function findOffer(id: string): Promise<Offer | undefined> {
  try {
    const response = await fetch(`${offers}/offers/${id}`, { signal: AbortSignal.timeout(patienceMs) });
    return (await response.json()) as Offer;
  } catch {
    return undefined;
  }
}

app.get('/products/:id', async (req, res) => {
  const offer = await findOffer(req.params.id);
  res.json({ id: req.params.id, offer: offer ?? null });
});

let workMs = 1;
process.on('message', (settings: { workMs: number }) => {
  workMs = settings.workMs;
});

function layOut(pages: number): number {
  const end = performance.now() + workMs;
  let laidOut = 0;
  while (performance.now() < end) laidOut += Math.sqrt(laidOut + pages);
  return laidOut;
}

app.post('/brochures', (_req, res) => {
  res.json({ length: layOut(4).toString().length });
});

app.get('/about', (_req, res) => {
  res.json({ name: 'shop' });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
