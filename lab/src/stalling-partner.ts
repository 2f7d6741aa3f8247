import { type ChildProcess, fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Partner } from './partner.ts';

/** Where to listen; port 0: a free one. */
interface Place {
  readonly host: string;
  readonly port: number;
}

export type StallOrder =
  | { readonly kind: 'start'; readonly usualMs: number; readonly backlog: number; readonly places: readonly Place[] }
  | { readonly kind: 'stall'; readonly ms: number };
export type StallReport = { readonly kind: 'listening'; readonly port: number } | { readonly kind: 'stalling' };

/** Small, so that a stalled process runs out of it; large enough for what an app sends on a good day. */
const BACKLOG = 16;
/** The kernel queues one more than the backlog says; a few beyond prove that it is full. */
const FILLERS = BACKLOG + 4;

/** A partner in a process of its own, which can stand still as one does that swaps or collects garbage. */
export async function startStallingPartner(
  usualMs: number,
  places: readonly Place[] = [{ host: '127.0.0.1', port: 0 }],
): Promise<Partner> {
  const child = fork(fileURLToPath(new URL('./stalling-process.js', import.meta.url)), {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let fillers: Socket[] = [];
  const listening = awaitReport(child, 'listening');
  tell(child, { kind: 'start', usualMs, backlog: BACKLOG, places });
  const { port } = await listening;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `http://${host}`,
    behave: () => {
      throw new Error('a stalling partner stalls and does nothing else');
    },
    async stall(ms) {
      const stalling = awaitReport(child, 'stalling');
      tell(child, { kind: 'stall', ms });
      await stalling;
      fillers = (await Promise.all(places.map(({ host }) => fillBacklog(host, port)))).flat();
    },
    async close() {
      for (const filler of fillers) filler.destroy();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A partner of several addresses: the first is one process, all others are another. Each can stall for itself. */
export async function startSpreadPartner(hostname: string, usualMs: number, addresses: readonly string[]) {
  const first = await startStallingPartner(usualMs);
  const port = Number(first.host.split(':')[1]);
  const places = addresses.slice(1).map((host) => ({ host, port }));
  const others = await startStallingPartner(usualMs, places).catch(async (error) => {
    await first.close();
    throw error;
  });
  const partner: Partner = {
    host: `${hostname}:${port}`,
    url: `http://${hostname}:${port}`,
    behave: first.behave,
    async stall(ms, othersMs = ms) {
      await Promise.all([first.stall(ms), others.stall(othersMs)]);
    },
    async close() {
      await Promise.all([first.close(), others.close()]);
    },
  };
  return partner;
}

function tell(child: ChildProcess, order: StallOrder): void {
  child.send(order);
}

function awaitReport<K extends StallReport['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<StallReport, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const take = (report: StallReport): void => {
      if (report.kind !== kind) return;
      child.off('message', take);
      resolve(report as Extract<StallReport, { kind: K }>);
    };
    child.on('message', take);
    child.once('exit', (code, signal) => reject(new Error(`the stalling partner ended with ${signal ?? code}`)));
  });
}

/** Loopback connects are answered within a millisecond or not at all. */
const QUIET_MS = 30;

/** Connects until the kernel answers no more. Customers that connect meanwhile fill it too: nobody can count on a number. */
async function fillBacklog(host: string, port: number): Promise<Socket[]> {
  const sockets = Array.from({ length: FILLERS }, () => connect(port, host).on('error', () => {}));
  await new Promise<void>((resolve) => {
    const quiet = setTimeout(resolve, QUIET_MS);
    for (const socket of sockets) socket.once('connect', () => quiet.refresh());
  });
  return sockets;
}
