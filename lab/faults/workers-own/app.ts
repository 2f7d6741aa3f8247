import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const [{ Hono }, { serve }, { trackResource }] = await Promise.all([
    import('hono'),
    import('@hono/node-server'),
    import('@holdup/agent'),
  ]);
  const size = Number(process.env.SIGNERS ?? 2);
  const tracked = trackResource('signers', { kind: 'worker-pool', capacity: size });
  const idle = Array.from({ length: size }, () => new Worker(new URL(import.meta.url)));
  const queue: ((worker: Worker) => void)[] = [];

  const free = (worker: Worker): void => {
    const next = queue.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  const sign = async (rounds: number): Promise<void> => {
    const wait = tracked.wait();
    const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => queue.push(resolve)));
    const held = wait.obtained();
    await new Promise<void>((done) => {
      worker.once('message', () => done());
      worker.postMessage(rounds);
    });
    held.release();
    free(worker);
  };

  const app = new Hono();
  app.get('/receipts/:id', async (c) => {
    await sign(1);
    return c.json({ id: c.req.param('id') });
  });
  app.post('/batches', async (c) => {
    const { receipts } = await c.req.json();
    await sign(receipts);
    return c.json({ receipts });
  });
  app.get('/', (c) => c.text('signing'));
  await Promise.all(Array.from({ length: size }, () => sign(1)));
  serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
} else {
  // The card reader is slow, and its library synchronous.
  parentPort?.on('message', (rounds: number) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, rounds * 4);
    parentPort?.postMessage('signed');
  });
}
