import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Authority,
  type DnsServer,
  type RunningPostgres,
  selfSignedCa,
  startDnsServer,
  startPostgres,
} from '@holdup/testkit';
import {
  type Behaviour,
  hostOf,
  PARTNERS,
  type Partner,
  type PartnerOrder,
  type PartnerReport,
  USUAL,
} from '../outside/behaviour.ts';
import { type Child, startChild } from './child.ts';
import { fillDatabase } from './database.ts';

/** Everything the demo runs: the shop, and what the shop depends on, with the switches for it. */
export interface World {
  /** Base URL of the shop. */
  readonly shopUrl: string;
  /** File the agent in the shop appends its verdicts to. */
  readonly verdictFile: string;
  readonly names: DnsServer;
  behave(partner: Partner, change: Partial<Behaviour>): void;
  /** The couriers' process stands still for so long, and its accept queue is full. */
  stallCouriers(ms: number): Promise<void>;
  /** Hangs up on the couriers. */
  releaseCouriers(): void;
  restartShop(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly budgetMs: number;
  /** Called when a process of the world ends by itself. */
  onDeath(error: Error): void;
}

const BACKLOG = 511;
/** Small, so that a stalled process runs out of it; large enough for what the shop sends on a good day. */
const COURIER_BACKLOG = 16;
/** The kernel queues one more than the backlog says; a few beyond prove that it is full. */
const COURIER_FILLERS = COURIER_BACKLOG + 4;

/** Starts everything; what was started is stopped again when a part fails. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await assembleWorld(options, cleanups, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assembleWorld(
  options: WorldOptions,
  cleanups: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'holdup-demo-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when the driver crashes.
  process.once('exit', removeFolder);
  cleanups.push(async () => {
    process.off('exit', removeFolder);
    removeFolder();
  });
  const ca = await selfSignedCa();
  const names = await startDnsServer({
    records: Object.fromEntries(PARTNERS.map((name) => [hostOf(name), '127.0.0.1'])),
  });
  cleanups.push(() => names.close());
  const [postgres, services, couriers] = await Promise.all([
    startDatabase(cleanups),
    startPartner(ca, BACKLOG, options, cleanups),
    startPartner(ca, COURIER_BACKLOG, options, cleanups),
  ]);
  const verdictFile = join(folder, 'verdicts.jsonl');
  const portOf = (partner: Partner): number => (partner === 'couriers' ? couriers : services).port;
  const env = {
    ...Object.fromEntries(
      PARTNERS.map((name) => [`${name.toUpperCase()}_URL`, `https://${hostOf(name)}:${portOf(name)}`]),
    ),
    DATABASE_URL: postgres.url,
    NAME_SERVER: names.address,
    PARTNER_CA: ca.cert,
    HOLDUP_BUDGET: `${options.budgetMs}ms`,
    HOLDUP_SINK: `file:${verdictFile}`,
  };
  let shop = await startShop(env, options);
  cleanups.push(() => shop.child.stop());
  let fillers: Socket[] = [];
  return {
    get shopUrl() {
      return shop.url;
    },
    verdictFile,
    names,
    behave(partner, change) {
      const order: PartnerOrder = { kind: 'behave', partner, behaviour: { ...USUAL, ...change } };
      (partner === 'couriers' ? couriers : services).child.process.send(order);
    },
    async stallCouriers(ms) {
      const stalling = couriers.child.message((message): message is PartnerReport => kindOf(message) === 'stalling');
      couriers.child.process.send({ kind: 'stall', ms } satisfies PartnerOrder);
      await stalling;
      fillers = await fillBacklog(couriers.port);
    },
    releaseCouriers() {
      for (const filler of fillers) filler.destroy();
      fillers = [];
    },
    async restartShop() {
      await shop.child.stop();
      shop = await startShop(env, options);
    },
    close,
  };
}

async function startDatabase(cleanups: (() => Promise<void>)[]): Promise<RunningPostgres> {
  const postgres = await startPostgres({ database: 'shop' });
  cleanups.push(() => postgres.stop());
  await fillDatabase(postgres);
  return postgres;
}

interface Listening {
  readonly child: Child;
  readonly port: number;
}

interface RunningShop {
  readonly child: Child;
  readonly url: string;
}

async function startPartner(
  ca: Authority,
  backlog: number,
  options: WorldOptions,
  cleanups: (() => Promise<void>)[],
): Promise<Listening> {
  const child = startChild({ module: '../outside/partner.js', name: 'partner', onDeath: options.onDeath });
  cleanups.push(() => child.stop());
  const listening = child.message(
    (message): message is Extract<PartnerReport, { kind: 'listening' }> => kindOf(message) === 'listening',
  );
  const order: PartnerOrder = { kind: 'start', backlog, ...(await ca.issue(...PARTNERS.map(hostOf))) };
  child.process.send(order);
  return { child, port: (await listening).port };
}

async function startShop(env: Readonly<Record<string, string>>, options: WorldOptions): Promise<RunningShop> {
  const child = startChild({
    module: '../shop/app.js',
    name: 'shop',
    env,
    execArgv: ['--import', '@holdup/agent/register'],
    onDeath: options.onDeath,
  });
  const { url } = await child.message(
    (message): message is { url: string } => typeof message === 'object' && message !== null && 'url' in message,
  );
  return { child, url };
}

/** Connects until the kernel answers no more. */
async function fillBacklog(port: number): Promise<Socket[]> {
  const sockets = Array.from({ length: COURIER_FILLERS }, () => connect(port, '127.0.0.1').on('error', () => {}));
  let connected = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.once('connect', () => {
        connected += 1;
        if (connected > COURIER_BACKLOG) resolve();
      });
    }
  });
  return sockets;
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined;
}
