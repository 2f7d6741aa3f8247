import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { now, OPEN } from '../../clock.ts';
import { isTimeout } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { isUnread } from '../../recorder/unread.ts';
import { Upload } from '../../recorder/upload.ts';
import { watchLooks } from '../body-looks.ts';
import { type EmitObserver, hookEmit, observe, observedState } from '../emit-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { Connections } from './connections.ts';
import { HttpOp, keptPath, type Target, targetOf } from './http-op.ts';
import { connectionOf } from './socket.ts';

/** What the agent of a request is asked for, as far as it is looked at. */
interface RequestOptions {
  readonly host?: unknown;
  readonly port?: unknown;
}

/** On requests whose creation was seen. */
const SEEN = Symbol('seen');

class NodeHttpOp extends HttpOp {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Sockets the agent opens to one host; Infinity: no limit. */
  readonly limit: number;
  /** Milliseconds of silence the socket was given. */
  timeoutMs: number | undefined;
  bytes = 0;
  /** While it runs. */
  response: IncomingMessage | undefined = undefined;
  /** While it runs: what gave it a timeout after it was made. */
  client: ClientRequest | undefined = undefined;

  constructor(record: RequestRecord, request: ClientRequest, options: RequestOptions | undefined, links: Connections) {
    super(record, now(), request.method, links);
    const { agent, path, timeout } = request as ClientRequest & { agent?: { maxSockets?: unknown }; timeout?: unknown };
    this.protocol = request.protocol;
    this.host = typeof options?.host === 'string' ? options.host : request.host;
    this.port = Number(options?.port) || 0;
    this.path = keptPath(path);
    this.limit = typeof agent?.maxSockets === 'number' ? agent.maxSockets : Number.POSITIVE_INFINITY;
    this.timeoutMs = typeof timeout === 'number' ? timeout : undefined;
  }

  protected override get library() {
    return 'node:http' as const;
  }

  protected override target(): Target {
    const target = targetOf(undefined, this.path);
    if (target.hostname !== '') return target;
    // Who gives no port to the agent leaves it to `createConnection`: then the socket knows it.
    const port = this.port === 0 ? (this.connection?.port ?? 0) : this.port;
    return { ...target, protocol: this.protocol, hostname: this.host, port };
  }

  protected override exactPath(): string {
    return this.path;
  }

  protected override isUnread(): boolean {
    return this.response !== undefined && isUnread(this.response);
  }

  /** Message and request are no longer this call's. */
  release(): void {
    // Only of a call that outlasts its deadline will anybody ask how long it was given.
    if (now() > this.request.deadlineAt) this.timeoutMs ??= timeoutOf(this.client);
    this.response = undefined;
    this.client = undefined;
  }

  protected override extras() {
    const { limit, bytes, timeoutMs = timeoutOf(this.client) } = this;
    return {
      ...(Number.isFinite(limit) ? { socketLimit: limit } : {}),
      ...(timeoutMs === undefined || timeoutMs === 0 ? {} : { timeoutMs }),
      ...(bytes === 0 ? {} : { bodyBytes: bytes }),
    };
  }
}

/** By `request.setTimeout`. An agent's sockets have timeouts of their own, which nobody hears while a call is on. */
function timeoutOf(client: ClientRequest | undefined): number | undefined {
  return client === undefined || client.listenerCount('timeout') === 0 ? undefined : client.socket?.timeout;
}

/**
 * `http.request` and `https.request`, and what is built on them. A request is created when its agent is asked for a socket:
 * `http.client.request.created` comes only after that, and not at all on Node 20.
 */
export function installHttpClient(kit: Kit, connections: Connections): () => void {
  const observer = new ClientRequestObserver(kit);
  const begin = (request: ClientRequest, options: RequestOptions | undefined) => {
    attach(request, SEEN);
    const record = kit.context.current();
    // A tunnel is part of the call that goes through it.
    if (record === undefined || request.method === 'CONNECT') return;
    const op = new NodeHttpOp(record, request, options, connections);
    op.client = request;
    observe(request, observer, op);
    kit.flight.open(op);
  };
  const asked = kit.guard(begin);
  const assigned = kit.guard((request: ClientRequest, socket: unknown) => {
    // Agents of old make their own `addRequest`, and `createConnection` may do without an agent. Any other request
    // gets its socket in the context of whoever gave it back.
    if (attached(request) !== SEEN) begin(request, undefined);
    const connection = connectionOf(socket);
    connection?.claim();
    const op = observedState(request);
    if (!(op instanceof NodeHttpOp) || !socket) return;
    op.sentOver(connection);
  });
  const received = kit.guard((op: NodeHttpOp, chunk: unknown) => {
    if (chunk === null) {
      op.release();
      kit.flight.close(op);
    } else op.bytes += (chunk as { length?: number }).length ?? 0;
  });
  const uploaded = kit.guard((upload: Upload, message: IncomingMessage, chunk: unknown) =>
    upload.received(message, chunk),
  );
  const undo = [
    hookEmit(http.ClientRequest.prototype),
    patchFunction(http.Agent.prototype, 'addRequest', (original) => {
      return function addRequest(this: unknown, ...args: never[]): unknown {
        asked(args[0] as unknown as ClientRequest, args[1]);
        return original.apply(this, args);
      };
    }),
    patchFunction(http.ClientRequest.prototype, 'onSocket', (original) => {
      return function onSocket(this: ClientRequest, ...args: never[]): unknown {
        assigned(this, args[0]);
        return original.apply(this, args);
      };
    }),
    // The parser pushes: null is the end as it came over the wire, whenever the program reads it.
    patchFunction(http.IncomingMessage.prototype, 'push', (original) => {
      return function push(this: IncomingMessage, ...args: never[]): unknown {
        const known = attached(this);
        if (known instanceof NodeHttpOp) received(known, args[0]);
        else if (known instanceof Upload) uploaded(known, this, args[0]);
        return original.apply(this, args);
      };
    }),
    watchLooks(kit, http.IncomingMessage.prototype, (message) => {
      const known = attached(message);
      return known instanceof Upload ? known : undefined;
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

class ClientRequestObserver implements EmitObserver<NodeHttpOp> {
  readonly #kit: Kit;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  onEmit(op: NodeHttpOp, request: object, event: string | symbol, first: unknown): void {
    if (op.end !== OPEN || !this.#kit.on) return;
    try {
      this.#note(op, request as ClientRequest, event, first);
    } catch (error) {
      this.#kit.fail(error);
    }
  }

  #note(op: NodeHttpOp, request: ClientRequest, event: string | symbol, first: unknown): void {
    switch (event) {
      case 'finish':
        op.writtenAt = now();
        return;
      case 'response': {
        const response = first as IncomingMessage;
        op.response = response;
        attach(response, op);
        op.answered(response.statusCode ?? 0);
        return;
      }
      case 'upgrade':
      case 'connect':
        // From here on the socket is the program's own.
        op.answered((first as IncomingMessage).statusCode ?? 0);
        op.release();
        this.#kit.flight.close(op);
        return;
      case 'timeout':
        // The program decides what follows; mostly it destroys the request, which looks like a reset.
        op.timedOut = true;
        op.timeoutMs ??= request.socket?.timeout;
        return;
      case 'error':
        op.release();
        op.failed(reasonOf(first));
        return;
      case 'close':
        this.#closed(op, request);
    }
  }

  /** Closed before the response was whole: the peer or the program cut it off. */
  #closed(op: NodeHttpOp, request: ClientRequest): void {
    const error = op.response?.errored ?? request.errored;
    op.release();
    if (error !== undefined && error !== null) op.failed(error);
    else this.#kit.flight.close(op);
  }
}

/** An abort by `AbortSignal.timeout` arrives as the cause of an AbortError. */
function reasonOf(error: unknown): unknown {
  const { name, cause } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Error>;
  return name === 'AbortError' && isTimeout(cause) ? cause : error;
}
