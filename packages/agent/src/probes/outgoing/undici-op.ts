import type { Socket } from 'node:net';
import { now, OPEN } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Connections } from './connections.ts';
import type { SignalRecord } from './fetch-signal.ts';
import { HttpOp, keptPath, type Target, targetOf } from './http-op.ts';

/** What undici's requests and dispatch options have in common, as far as it is looked at. */
export interface UndiciCall {
  readonly origin?: unknown;
  readonly method?: unknown;
  readonly path?: unknown;
  readonly upgrade?: unknown;
  readonly body?: unknown;
  readonly headersTimeout?: unknown;
}

/** A call of a background job. It is marked too: whoever drains a pool's queue later must not pass for its caller. */
export class BackgroundCall {
  readonly opened = true;
  linked = false;
}

/** One call through undici, the one in Node or one from npm. */
export class UndiciOp extends HttpOp {
  #origin: unknown;
  readonly #path: string;
  /** Its request was made, or it waits in a pool: it is among the ops of its request. */
  opened = false;
  /** Its request was made: what its handler dispatches from now on is another call. */
  linked = false;
  /** While it runs. */
  socket: Socket | undefined = undefined;
  /** While it runs: what aborts it. */
  #signal: SignalRecord | undefined = undefined;
  #timeoutMs: number | undefined;
  /** A `fetch` of Node itself without a signal. */
  unsignalled = false;
  /** Connections the pool opens to the host, where known. */
  limit: number | undefined = undefined;
  /** Read from the socket as the headers came, the chunk they came in included. */
  #bytesBefore = 0;
  #bodyBytes = 0;

  constructor(request: RequestRecord, call: UndiciCall, connections: Connections) {
    super(request, now(), String(call.method), connections);
    this.#origin = call.origin;
    this.#path = keptPath(String(call.path));
    if (typeof call.headersTimeout === 'number') this.#timeoutMs = call.headersTimeout;
  }

  /** A pool or client was made for one origin, and its calls need not name it. */
  to(origin: unknown): void {
    this.#origin ??= origin;
  }

  protected override get library() {
    return 'undici' as const;
  }

  protected override target(): Target {
    return targetOf(this.#origin, this.#path);
  }

  protected override exactPath(): string {
    return this.#path;
  }

  /**
   * undici stops reading the socket once a consumer has enough unread: bytes then stay in the socket. Small bodies
   * are taken in whole and end by themselves.
   */
  protected override isUnread(): boolean {
    return (this.socket?.readableLength ?? 0) > 0;
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    this.connections.kit.flight.open(this);
    const signal = this.connections.fetching;
    if (signal === undefined) return;
    this.#signal = signal;
    this.#timeoutMs ??= signal.timeoutMs;
    signal.ops.add(this);
  }

  /** Its caller goes on from here, whatever becomes of the request. */
  aborted(reason: unknown): void {
    this.release();
    this.failed(reason);
  }

  override answered(status: number): void {
    super.answered(status);
    this.#bytesBefore = this.socket?.bytesRead ?? 0;
  }

  /** Socket and signal are no longer this call's. */
  release(): void {
    this.#bodyBytes = this.#bytesSince();
    this.socket = undefined;
    this.#signal?.ops.delete(this);
    this.#signal = undefined;
  }

  protected override extras() {
    const timeoutMs = this.#timeoutMs ?? 0;
    const bodyBytes = this.socket === undefined ? this.#bodyBytes : this.#bytesSince();
    return {
      ...(this.limit === undefined ? {} : { socketLimit: this.limit }),
      ...(timeoutMs > 0 ? { timeoutMs } : this.unsignalled ? { unbounded: true } : {}),
      ...(bodyBytes > 0 ? { bodyBytes } : {}),
    };
  }

  /** What came while the body was waited for, as the wire counts it. Streams of HTTP/2 share a socket: unknown there. */
  #bytesSince(): number {
    const { socket } = this;
    if (socket === undefined || this.headersAt === OPEN || isHttp2(socket)) return 0;
    return socket.bytesRead - this.#bytesBefore;
  }
}

function isHttp2(socket: Socket): boolean {
  return (socket as { alpnProtocol?: unknown }).alpnProtocol === 'h2';
}
