import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** In the worker: the library it calls is synchronous, and waits for its device. */
export default function print({ pages }: { pages: number }): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pages * 2);
  return pages;
}

if (isMainThread) {
  const [{ default: express }, { Piscina }] = await Promise.all([import('express'), import('piscina')]);
  const threads = Number(process.env.PRINTERS ?? 2);
  const printers = new Piscina({ filename: fileURLToPath(import.meta.url), minThreads: threads, maxThreads: threads });
  const app = express();
  app.use(express.json());

  app.get('/labels/:id', async (_req, res) => {
    res.json({ pages: await printers.run({ pages: 2 }) });
  });

  app.post('/catalogs', async (req, res) => {
    res.json({ pages: await printers.run({ pages: req.body.pages }) });
  });

  app.get('/', (_req, res) => {
    res.send('printing');
  });

  await Promise.all(Array.from({ length: threads }, () => printers.run({ pages: 1 })));
  app.listen(Number(process.env.PORT), '127.0.0.1');
}
