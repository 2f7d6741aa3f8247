import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A door in front of the database server: what comes through it waits, and only once. */
export interface Door {
  /** As pools and sessions are named after it: `127.0.0.1:41234/app_1`. */
  readonly name: string;
  /** `postgresql://…` through the door. */
  readonly url: string;
  /** Connections made from now on are let in so late, ms: TCP connects at once, authentication has to wait. */
  hesitate(ms: number): void;
  close(): Promise<void>;
}

/** @param database URL of the database behind it */
export async function openDoor(database: string): Promise<Door> {
  const target = new URL(database);
  const behind = Number(target.port);
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer(async (outer) => {
    keep(outer);
    if (delayMs > 0) await pause(delayMs);
    const inner = connect(behind, target.hostname);
    keep(inner);
    outer.pipe(inner).pipe(outer);
    outer.once('close', () => inner.destroy());
    inner.once('close', () => outer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  target.port = String(address !== null && typeof address === 'object' ? address.port : 0);
  return {
    name: `${target.host}${target.pathname}`,
    url: target.href,
    hesitate: (ms) => {
      delayMs = ms;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
