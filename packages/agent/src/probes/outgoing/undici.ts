import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { now, OPEN } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { Connections } from './connections.ts';
import { HttpOp, keptPath, type Target, targetOf } from './http-op.ts';
import { connectionOf } from './socket.ts';

/** What undici 5 to 8 publish, as far as it is looked at. */
interface UndiciRequest {
  readonly origin?: unknown;
  readonly method?: unknown;
  readonly path?: unknown;
  readonly upgrade?: unknown;
  readonly headersTimeout?: unknown;
}

interface Message {
  readonly request: UndiciRequest;
  readonly socket?: Socket;
  readonly response?: { readonly statusCode?: unknown };
  readonly error?: unknown;
  readonly connectParams?: { readonly hostname?: unknown };
}

class UndiciOp extends HttpOp {
  readonly #origin: unknown;
  readonly #path: string;
  readonly #headersTimeout: unknown;
  /** While it runs. */
  socket: Socket | undefined = undefined;

  constructor(request: RequestRecord, message: UndiciRequest, connections: Connections) {
    super(request, now(), String(message.method), connections);
    this.#origin = message.origin;
    this.#path = keptPath(String(message.path));
    this.#headersTimeout = message.headersTimeout;
  }

  protected override get library() {
    return 'undici' as const;
  }

  protected override target(): Target {
    return targetOf(this.#origin, this.#path);
  }

  /**
   * undici stops reading the socket once a consumer has enough unread: bytes then stay in the socket. Small bodies
   * are taken in whole and end by themselves.
   */
  protected override isUnread(): boolean {
    return (this.socket?.readableLength ?? 0) > 0;
  }

  protected override extras() {
    const timeoutMs = this.#headersTimeout;
    return typeof timeoutMs === 'number' && timeoutMs > 0 ? { timeoutMs } : {};
  }
}

/** `fetch` and every copy of undici: all publish on the same channels, from the caller's context. */
export function installUndici(kit: Kit, connections: Connections): () => void {
  const { context, flight } = kit;
  const opOf = (message: unknown): UndiciOp | undefined => {
    const op = attached((message as Message).request);
    return op instanceof UndiciOp && op.end === OPEN ? op : undefined;
  };
  const end = (op: UndiciOp) => {
    op.socket = undefined;
  };
  const handlers: Readonly<Record<string, (message: unknown) => void>> = {
    'undici:request:create': (message) => {
      const { request } = message as Message;
      const record = context.current();
      // An upgrade never says that it was answered, and a tunnel is part of the call that goes through it.
      if (record === undefined || request.upgrade || request.method === 'CONNECT') return;
      const op = new UndiciOp(record, request, connections);
      attach(request, op);
      flight.open(op);
    },
    'undici:client:sendHeaders': (message) => {
      const op = opOf(message);
      if (op === undefined) return;
      const { socket } = message as Message;
      op.sentAt = now();
      op.socket = socket;
      op.connection = connectionOf(socket);
    },
    'undici:request:bodySent': (message) => {
      const op = opOf(message);
      if (op !== undefined) op.writtenAt = now();
    },
    'undici:request:headers': (message) => {
      const op = opOf(message);
      if (op !== undefined) op.answered(Number((message as Message).response?.statusCode));
    },
    'undici:request:trailers': (message) => {
      const op = opOf(message);
      if (op === undefined) return;
      end(op);
      flight.close(op);
    },
    'undici:request:error': (message) => {
      const op = opOf(message);
      if (op === undefined) return;
      end(op);
      op.failed((message as Message).error);
    },
    'undici:client:beforeConnect': (message) => {
      const hostname = (message as Message).connectParams?.hostname;
      connections.expected = typeof hostname === 'string' ? hostname : undefined;
    },
    'undici:client:connected': (message) => {
      connections.expected = undefined;
      connectionOf((message as Message).socket)?.claim();
    },
    'undici:client:connectError': () => {
      connections.expected = undefined;
    },
  };
  const guarded = Object.entries(handlers).map(([name, handler]) => [name, kit.guard(handler)] as const);
  for (const [name, handler] of guarded) subscribe(name, handler);
  return () => {
    for (const [name, handler] of guarded) unsubscribe(name, handler);
  };
}
