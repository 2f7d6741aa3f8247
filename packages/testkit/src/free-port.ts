import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to who asks for any (Linux from 32768, others from 49152), above the well-known ones. */
const FIRST = 15_000;
const LAST = 32_000;
const ATTEMPTS = 50;

/**
 * A TCP port of 127.0.0.1 that nobody listens on, and that nobody is given who listens on port 0 or connects: who needs one
 * that stays closed has it closed for as long as a test takes. Somebody else may ask for it by number: servers that can listen
 * on port 0 themselves should.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`found no free port in ${ATTEMPTS} attempts`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
