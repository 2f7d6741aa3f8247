/** The service of `bench:debug`: every request calls another service and waits a little; on order the main thread is stuck. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { answerOrders } from './orders.ts';

/** In JavaScript, which can be interrupted; in one call of native code, which cannot. */
export type Stuck = 'javascript' | 'native';

export type StuckProtocol = {
  /** Answered at once, as it is about to begin. */
  readonly stick: { readonly order: { readonly how: Stuck; readonly ms: number }; readonly answer: null };
};

/** Long enough that there is always something in flight. */
const PAUSE_MS = 20;

const upstream = process.env.BENCH_UPSTREAM ?? '';

async function askPrice(): Promise<string> {
  const response = await fetch(`${upstream}/price/1`);
  return response.text();
}

function computeInJavaScript(ms: number): number {
  let sum = 0;
  for (const until = performance.now() + ms; performance.now() < until; ) sum += Math.sqrt(sum + 1);
  return sum;
}

/** What people write who call `execSync` in a handler. */
function waitForCommand(ms: number): void {
  spawnSync(process.execPath, ['-e', `setTimeout(() => {}, ${ms})`]);
}

const sticking = { javascript: computeInJavaScript, native: waitForCommand } as const;

const server = createServer(async (_request, response) => {
  await pause(PAUSE_MS);
  response.end(await askPrice());
});

server.listen(0, '127.0.0.1', () => {
  answerOrders<StuckProtocol>((server.address() as AddressInfo).port, {
    stick: ({ how, ms }) => {
      setTimeout(sticking[how], 1, ms);
      return null;
    },
  });
});
