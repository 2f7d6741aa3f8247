import { createServer } from 'node:http';
import { close, open } from 'node:inspector';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { Host, hashFor, note, spinFor, spinUntilSampled, untilSampled, untilSampledNatively } from './host.ts';

/** Long enough for the thread to be up, on a busy machine too. */
const THREAD_START_MS = 250;
/** Several beats: the report of a block is out. */
const SETTLE_MS = 60;

type Scenario = (host: Host) => Promise<unknown> | unknown;

const blocking: Record<string, Scenario> = {
  'after-await': async (host) => {
    await sleep(1);
    note('spinning', performance.now());
    spinUntilSampled(host);
    note('spun', performance.now());
  },
  continuation: (host) => sleep(1).then(() => spinUntilSampled(host)),
  timer: (host) =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        spinUntilSampled(host);
        resolve();
      }, 1);
    }),
  listener: async (host) => {
    const server = createServer((_request, response) => {
      host.requests.enterWith('listener');
      spinUntilSampled(host);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await host.requests.exit(() => fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } }));
    server.close();
  },
  regex: async (host) => {
    await sleep(1);
    matchSlowly(host);
  },
  json: async (host) => {
    await sleep(1);
    copyByJson(host);
  },
  'other-realm': async (host) => {
    await sleep(1);
    runInNewContext('spinUntilSampled()', { spinUntilSampled: () => spinUntilSampled(host) });
  },
  'atomics-wait': async () => {
    await sleep(THREAD_START_MS);
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 3; round++) {
      Atomics.wait(cell, 0, 0, 3 * THREAD_START_MS);
      await sleep(SETTLE_MS);
    }
    note('waited', true);
  },
  native: async (host) => {
    await sleep(THREAD_START_MS);
    host.watchdog?.setCurrent(7);
    hashPasswords(host);
    note('hashed', performance.now());
  },
  'native-last': async (host) => {
    await sleep(THREAD_START_MS);
    setTimeout(() => {
      host.watchdog?.setCurrent(7);
      hashFor(300);
    }, 1);
    setTimeout(() => host.watchdog?.setCurrent(8), 2);
    await sleep(400);
  },
  repeated: async (host) => {
    for (let round = 0; round < 4; round++) {
      await sleep(70);
      spinUntilSampled(host);
    }
  },
  short: async () => {
    await sleep(THREAD_START_MS);
    for (let round = 0; round < 10; round++) {
      await sleep(25);
      spinFor(30);
    }
  },
  /** For where nothing will come and spin until it does. */
  unsampled: async () => {
    await sleep(THREAD_START_MS);
    note('spinning', performance.now());
    spinFor(200);
  },
  idle: () => sleep(THREAD_START_MS + 300),
};

function matchSlowly(host: Host): void {
  const wanted = untilSampled(host);
  // About 30 ms of backtracking each.
  while (wanted()) /^(a+)+$/.test(`${'a'.repeat(21)}b`);
}

function copyByJson(host: Host): void {
  const rows = Array.from({ length: 2000 }, (_, id) => ({ id, name: `row ${id}` }));
  const wanted = untilSampled(host);
  while (wanted()) JSON.parse(JSON.stringify(rows));
}

function hashPasswords(host: Host): void {
  const wanted = untilSampledNatively(host);
  while (wanted()) hashFor(300);
}

/** Those that decide how the process ends, or start the host their own way. */
const special: Record<string, () => Promise<unknown> | unknown> = {
  forever: async () => {
    const host = new Host();
    await sleep(THREAD_START_MS);
    host.requests.run('forever', () => {
      note('began', performance.now());
      for (;;) spinFor(1000);
    });
  },
  /** argv: busy milliseconds before the exit, which comes with code 3. */
  exit: async () => {
    new Host();
    await sleep(THREAD_START_MS);
    spinFor(Number(process.argv[3]));
    process.exit(3);
  },
  'exit-after-native': async () => {
    new Host();
    await sleep(THREAD_START_MS);
    hashFor(150);
    process.exit(3);
  },
  'exit-at-once': () => {
    new Host();
    process.exit(3);
  },
  uncaught: async () => {
    new Host();
    await sleep(THREAD_START_MS);
    spinFor(100);
    throw new TypeError('the host is broken');
  },
  'exit-listener': async () => {
    new Host();
    await sleep(THREAD_START_MS);
    process.on('exit', () => spinFor(200));
  },
  inspector: async () => {
    const host = new Host();
    await sleep(THREAD_START_MS);
    await runBlocking(host, 'before', spinUntilSampled);
    open(0, '127.0.0.1');
    await runBlocking(host, 'opened', () => spinFor(200));
    close();
    await sleep(SETTLE_MS);
    await runBlocking(host, 'closed', spinUntilSampled);
  },
  /** The time limit of `vm` strikes while the agent thinks inside the blocked run. */
  'vm-timeout': async () => {
    let thoughts = 0;
    const onBlocked = (): void => {
      thoughts++;
      spinFor(150);
    };
    new Host({ onBlocked });
    await sleep(THREAD_START_MS);
    for (let round = 0; round < 3 || (thoughts === 0 && round < 10); round++) {
      try {
        runInNewContext('for (;;);', {}, { timeout: 150 });
      } catch (error) {
        note('vm', error && typeof error === 'object' && 'code' in error ? error.code : error);
      }
      await sleep(SETTLE_MS);
    }
    note('thoughts', thoughts);
  },
  'throwing-hooks': async () => {
    const fail = (): never => {
      throw new Error('a bug in the agent');
    };
    const host = new Host({ onBlocked: fail, onBlock: fail });
    await sleep(THREAD_START_MS);
    await runBlocking(host, 'throwing', () => spinFor(200));
    note('survived');
  },
  stopped: async () => {
    const host = new Host();
    await sleep(THREAD_START_MS);
    host.watchdog?.stop();
    note('spinning', performance.now());
    await runBlocking(host, 'stopped', () => spinFor(200));
  },
  'in-worker': () => {
    const worker = new Worker(
      `import(${JSON.stringify(new URL('./host.js', import.meta.url).href)})
        .then(({ Host, note }) => note('worker', new Host().watchdog === undefined));`,
      { eval: true },
    );
    return new Promise((resolve) => worker.on('exit', resolve));
  },
  /** The formatter and the limit are the host's own, before and after. */
  'own-formatter': async () => {
    const formatter = (_error: Error, sites: NodeJS.CallSite[]): string => `mine ${sites.length}`;
    Error.prepareStackTrace = formatter;
    Error.stackTraceLimit = 2;
    const host = new Host();
    await sleep(THREAD_START_MS);
    await runBlocking(host, 'own-formatter', spinUntilSampled);
    note('formatter', Error.prepareStackTrace === formatter && new Error('x').stack === 'mine 2');
  },
};

/** Under a name of its own as the holder. */
async function runBlocking(host: Host, name: string, scenario: Scenario): Promise<void> {
  await host.requests.run(name, async () => scenario(host));
  await sleep(SETTLE_MS);
}

const name = process.argv[2] ?? '';
const scenario = blocking[name];
if (scenario) {
  await runBlocking(new Host(), name, scenario);
} else {
  await special[name]?.();
}
