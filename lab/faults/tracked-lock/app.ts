import { createServer } from 'node:http';
import { trackResource } from '@holdup/agent';

const archive = process.env.ARCHIVE_URL ?? '';

// One writer at a time.
const tracked = trackResource('journal lock', { capacity: 1 });
let last: Promise<unknown> = Promise.resolve();

async function write<T>(work: () => Promise<T>): Promise<T> {
  const wait = tracked.wait();
  const before = last;
  let done = (): void => {};
  last = new Promise<void>((resolve) => {
    done = resolve;
  });
  await before;
  const held = wait.obtained();
  try {
    return await work();
  } finally {
    held.release();
    done();
  }
}

const lines: string[] = [];

const server = createServer(async (req, res) => {
  if (req.method === 'POST' && req.url?.startsWith('/journal/')) {
    await write(async () => lines.push(req.url ?? ''));
  } else if (req.method === 'POST' && req.url === '/rotate') {
    await write(async () => {
      const answer = await fetch(`${archive}/volumes/1`, { method: 'PUT' });
      await answer.arrayBuffer();
      lines.length = 0;
    });
  }
  res.end(JSON.stringify({ lines: lines.length }));
});

server.listen(Number(process.env.PORT), '127.0.0.1');
