import { syncBuiltinESMExports } from 'node:module';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { now, OPEN } from '../../clock.ts';
import { type EmitObserver, hookEmit, hush, observe, observedState } from '../emit-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { ConnectionRecord, hostAndPort } from './connection-record.ts';
import type { Connections } from './connections.ts';

/**
 * Every outgoing socket, by `Socket.prototype.connect`, which TLS sockets go through too, and by the socket's own events,
 * seen without a listener. (The channel `net.client.socket` misses sockets on Node 20.)
 */
export function installSockets(kit: Kit, connections: Connections): () => void {
  const observer = new SocketObserver(kit, connections);
  const begin = (socket: Socket, args: readonly unknown[]): ConnectionRecord | undefined => {
    try {
      const target = connectTarget(args);
      const secure = socket instanceof tls.TLSSocket;
      const record = new ConnectionRecord(target.host, target.port, kit.context.current(), now(), secure);
      observe(socket, observer, record);
      connections.begin(record);
      return record;
    } catch (error) {
      kit.fail(error);
      return undefined;
    }
  };
  const upgraded = kit.guard((socket: unknown, options: unknown) => {
    const under = (options as { socket?: unknown } | null | undefined)?.socket;
    const record = connectionOf(under);
    if (record === undefined || typeof socket !== 'object' || socket === null) return;
    observe(socket, observer, record);
    connections.upgrade(record);
  });
  const undo = [
    hookEmit(net.Socket.prototype),
    patchFunction(net.Socket.prototype, 'connect', (original) => {
      function connect(this: Socket, ...args: never[]): unknown {
        const record = kit.on ? begin(this, args) : undefined;
        if (record === undefined) return original.apply(this, args);
        const outer = connections.connecting;
        connections.connecting = record;
        try {
          return original.apply(this, args);
        } catch (error) {
          connections.settle(record, error);
          throw error;
        } finally {
          connections.connecting = outer;
        }
      }
      return connect;
    }),
    patchFunction(tls, 'connect', (original) => {
      return function connect(this: unknown, ...args: never[]): unknown {
        const socket = original.apply(this, args);
        // With a port or a path in front the options come later, and name no socket.
        if (kit.on && typeof args[0] === 'object') upgraded(socket, args[0]);
        return socket;
      };
    }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const step of undo) step();
    syncBuiltinESMExports();
  };
}

/** What is known of a socket's connection; undefined for sockets that were there before the agent, or incoming ones. */
export function connectionOf(socket: unknown): ConnectionRecord | undefined {
  if (typeof socket !== 'object' || socket === null) return undefined;
  const state = observedState(socket);
  return state instanceof ConnectionRecord ? state : undefined;
}

class SocketObserver implements EmitObserver<ConnectionRecord> {
  readonly #kit: Kit;
  readonly #connections: Connections;

  constructor(kit: Kit, connections: Connections) {
    this.#kit = kit;
    this.#connections = connections;
  }

  onEmit(
    record: ConnectionRecord,
    socket: object,
    event: string | symbol,
    first: unknown,
    _second: unknown,
    fourth: unknown,
  ): void {
    if (record.settled || !this.#kit.on) {
      hush(socket);
      return;
    }
    try {
      this.#note(record, socket as Socket, event, first, fourth);
    } catch (error) {
      this.#kit.fail(error);
    }
  }

  #note(record: ConnectionRecord, socket: Socket, event: string | symbol, first: unknown, fourth: unknown): void {
    switch (event) {
      case 'lookup':
        // One event per address, all in the same tick.
        if (record.dnsEnd === OPEN) record.dnsEnd = now();
        return;
      case 'connectionAttempt':
        record.beginAttempt(String(first), now());
        return;
      case 'connectionAttemptFailed':
        record.endAttempt(now(), 'failed', fourth);
        return;
      case 'connectionAttemptTimeout':
        record.cutAttempt(now());
        return;
      case 'connect':
        this.#connected(record, socket);
        return;
      case 'secureConnect':
        record.secureAt = now();
        this.#connections.settle(record);
        return;
      case 'error':
      case 'close':
        this.#ended(record, event === 'error' ? first : undefined);
    }
  }

  #connected(record: ConnectionRecord, socket: Socket): void {
    if (record.connectedAt !== OPEN) return;
    const time = now();
    record.connectedAt = time;
    record.endAttempt(time, 'connected');
    if (record.port !== 0) record.local = localOf(socket);
    if (!record.secure) this.#connections.settle(record);
    else if (record.tlsStart === OPEN) record.tlsStart = time;
  }

  #ended(record: ConnectionRecord, failure: unknown): void {
    const time = now();
    record.closedAt = time;
    record.endAttempt(time, 'failed', failure);
    this.#connections.settle(record, failure);
  }
}

/** From the handle: `socket.localAddress` leaves what it found on the socket, where the host can see it. */
function localOf(socket: Socket): string | undefined {
  const { _handle: handle } = socket as { _handle?: { getsockname?: (out: object) => number } | null };
  const name: { address?: string; port?: number } = {};
  if (typeof handle?.getsockname !== 'function' || handle.getsockname(name) !== 0) return undefined;
  return hostAndPort(name.address ?? '', name.port ?? 0);
}

/** Host and port of the forms `connect` takes; net itself passes `[options, callback]`. */
function connectTarget(args: readonly unknown[]): { host: string; port: number } {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as { host?: unknown; port?: unknown; path?: unknown };
    if (typeof path === 'string' && path !== '') return { host: path, port: 0 };
    return { host: typeof host === 'string' && host !== '' ? host : 'localhost', port: Number(port) || 0 };
  }
  if (typeof first === 'string' && !(Number(first) >= 0)) return { host: first, port: 0 };
  return { host: typeof args[1] === 'string' ? args[1] : 'localhost', port: Number(first) || 0 };
}
