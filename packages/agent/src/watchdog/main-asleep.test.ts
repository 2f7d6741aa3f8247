import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const skip = process.platform === 'linux' ? false : 'only Linux tells';

/** Asks all the time and counts the answers. */
const ASKER = `
import { parentPort } from 'node:worker_threads';
import { MainAsleep } from ${JSON.stringify(new URL('./main-asleep.js', import.meta.url).href)};
const asleep = new MainAsleep();
let counts = { asleep: 0, awake: 0 };
parentPort.on('message', () => {
  parentPort.postMessage(counts);
  counts = { asleep: 0, awake: 0 };
});
setInterval(() => counts[asleep.now() ? 'asleep' : 'awake']++, 5);
`;

describe('the main thread', { skip }, () => {
  it('is known to sleep or not, by another thread', async () => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(ASKER)}`));
    const count = async (spend: () => unknown): Promise<{ asleep: number; awake: number }> => {
      const ask = () =>
        new Promise<{ asleep: number; awake: number }>((told) => {
          worker.once('message', told);
          worker.postMessage('counts?');
        });
      await ask();
      await spend();
      return ask();
    };
    try {
      const idle = await count(() => sleep(300));
      assert.ok(idle.asleep > 2 * idle.awake, JSON.stringify(idle));
      const busy = await count(() => {
        for (const until = performance.now() + 600; performance.now() < until; );
      });
      assert.ok(busy.awake > 2 * busy.asleep, JSON.stringify(busy));
    } finally {
      await worker.terminate();
    }
  });
});
