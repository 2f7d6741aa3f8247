import Fastify from 'fastify';

/** Deliveries of one product, week by week. */
const HISTORY = [12, 9, 14, 22, 8, 31, 17, 11, 25, 19, 13, 16];
const WINDOW = 3;

/** Products in the assortment. */
let products = 50;
process.on('message', (assortment: { products: number }) => {
  products = assortment.products;
});

interface Forecast {
  readonly product: number;
  readonly windows: readonly (readonly number[])[];
}

/** By region, for the pages that show them. */
const forecasts = new Map<string, readonly Forecast[]>();
const app = Fastify();

function forecast(): Forecast[] {
  return Array.from({ length: products }, (_, product) => ({
    product,
    windows: HISTORY.map((_, week) => HISTORY.slice(week, week + WINDOW)),
  }));
}

app.post<{ Params: { region: string } }>('/forecasts/:region', async (request) => {
  forecasts.set(request.params.region, forecast());
  return { region: request.params.region, products };
});

app.get('/', async () => 'forecasts');

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
