import { createServer, type Server, type Socket } from 'node:net';
import type { MainThread } from '../watchdog/main-thread.ts';
import type { Shared } from '../watchdog/shared.ts';
import type { DebugAddress } from './address.ts';

/** Tried one after the other when the port is taken: enough for the workers of a large machine. */
const MAX_PORTS = 64;

/**
 * Those that send nothing make room for others long before: this holds for questions under way, and two of a person, some of a
 * scraper and a profile are few.
 */
const MAX_CONNECTIONS = 64;

/** By hand: what else would write it is what could not be loaded. */
const NOT_LOADED = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: text/plain',
  'connection: close',
  '',
  "the debug endpoints could not be loaded: the agent's files were replaced since the process began, or it has no file left to open\n",
].join('\r\n');

/** What the main thread is told: where the endpoints are, or why there are none. */
export interface DebugNews {
  readonly port?: number;
  readonly failure?: string;
}

/**
 * Opens the port of the endpoints, or the next free one. The HTTP server behind it is loaded when somebody comes: until then all
 * it costs is a socket.
 */
export class DebugPort {
  readonly #address: DebugAddress;
  readonly #shared: Shared;
  readonly #main: MainThread;
  readonly #tell: (news: DebugNews) => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #accept: Promise<(socket: Socket) => void> | undefined;

  constructor(address: DebugAddress, shared: Shared, main: MainThread, tell: (news: DebugNews) => void) {
    this.#address = address;
    this.#shared = shared;
    this.#main = main;
    this.#tell = tell;
    this.#server = createServer((socket) => this.#connected(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  open(): void {
    this.#try(this.#address.port);
  }

  close(): void {
    this.#closing.abort();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #try(port: number): void {
    const server = this.#server;
    const first = this.#address.port;
    server.once('error', (error: NodeJS.ErrnoException) => {
      server.removeAllListeners('listening');
      const isLast = port + 1 >= first + MAX_PORTS || port >= 65_535;
      if (error.code === 'EADDRINUSE' && !isLast) this.#try(port + 1);
      else this.#tell({ failure: isLast ? `none of the ports ${first} to ${port} is free` : error.message });
    });
    server.once('listening', () => {
      server.removeAllListeners('error').on('error', () => {});
      const address = server.address();
      this.#tell({ port: typeof address === 'object' && address !== null ? address.port : port });
    });
    // Not shared with the workers of a cluster, each has its own.
    server.listen({ host: this.#address.host, port, exclusive: true });
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    this.#accept ??= this.#load();
    this.#accept.then(
      (accept) => accept(socket),
      () => {
        // The process may have had no file descriptor left: whoever comes next tries again.
        this.#accept = undefined;
        socket.end(NOT_LOADED);
      },
    );
  }

  async #load(): Promise<(socket: Socket) => void> {
    const { startHttp } = await import('./http.ts');
    const { token } = this.#address;
    return startHttp({ token, shared: this.#shared, main: this.#main, closing: this.#closing.signal });
  }
}
