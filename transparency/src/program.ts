/** `node program.js <subject> [behaviour …]`: runs behaviours one after the other and says what they saw, a line each. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from './see/describe.ts';
import type { Behaviour, Behaviours, See, Servers, Stage } from './see/stage.ts';
import { pause } from './see/wire.ts';

/** A behaviour that takes longer hangs: that is what it shows. */
const LIMIT_MS = 10_000;

/** How long the process may take to end by itself. */
const END_LIMIT_MS = 300;

/** Closing what never opened may take for ever. */
const CLEAN_LIMIT_MS = 100;

/** Within it warnings and unhandled rejections that a behaviour leaves behind arrive. */
const SETTLE_MS = 4;

/** What the program saw, part of it by what Node tells the process. */
class Record {
  readonly #sides = new Map<string, string[]>();

  readonly side = (name: string): See => {
    const lines = this.#sides.get(name) ?? [];
    this.#sides.set(name, lines);
    return (...parts) => void lines.push(parts.map(describe).join(' '));
  };

  get lines(): string[] {
    return [...this.#sides].flatMap(([name, lines]) => lines.map((line) => `${name}| ${line}`));
  }
}

let record = new Record();
const seeProcess = (...parts: readonly unknown[]) => record.side('process')(...parts);
process.on('warning', (warning) => seeProcess('warning', warning));
process.on('unhandledRejection', (reason) => seeProcess('unhandled rejection', reason));
process.on('rejectionHandled', () => seeProcess('rejection handled'));
process.on('uncaughtException', (error, origin) => seeProcess(origin, error));

async function observe(behaviour: Behaviour): Promise<readonly string[]> {
  const own = new Record();
  record = own;
  const cleaners: (() => unknown)[] = [];
  const database = process.env.DATABASE ?? '';
  const servers: Servers = JSON.parse(process.env.SERVERS ?? '{}');
  const stage: Stage = {
    see: own.side('see'),
    side: own.side,
    after: (clean) => cleaners.push(clean),
    database,
    servers,
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, 'hangs');
  });
  try {
    if ((await Promise.race([behaviour(stage), limit])) === 'hangs') own.side('see')('hangs');
  } catch (error) {
    own.side('see')('fails', error);
  }
  clearTimeout(timer);
  for (const clean of cleaners.reverse()) await Promise.race([clean(), pause(CLEAN_LIMIT_MS)]);
  await pause(SETTLE_MS);
  for (const name of ['exit', 'beforeExit', 'SIGTERM', 'warning', 'message'] as const) {
    if (process.listenerCount(name) > (name === 'warning' ? 1 : 0)) seeProcess('listeners of', name);
  }
  return own.lines;
}

function say(name: string, lines: readonly string[]): void {
  process.stdout.write(`${JSON.stringify({ name, lines })}\n`);
}

/** Late soon: the agent thinks about it while the behaviour goes on. */
async function observeInRequest(behaviour: Behaviour): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  const server = http.createServer(async (_request, response) => {
    lines = await observe(behaviour);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => http.get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', resolve));
  server.close();
  server.closeAllConnections();
  return lines;
}

const [, , subject, ...only] = process.argv;
const { behaviours }: { behaviours: Behaviours } = await import(`./behaviours/${subject}.js`);
for (const [name, behaviour] of Object.entries(behaviours)) {
  const inRequest = `${name}, for a request`;
  if (only.length === 0 || only.includes(name)) say(name, await observe(behaviour));
  if (only.length === 0 || only.includes(inRequest)) say(inRequest, await observeInRequest(behaviour));
}
// What a behaviour left open, as some do on purpose, must not keep the process.
setTimeout(() => process.exit(), END_LIMIT_MS).unref();
