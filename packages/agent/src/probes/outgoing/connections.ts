import { now, OPEN } from '../../clock.ts';
import { MAX_OPS_PER_REQUEST } from '../../recorder/request-record.ts';
import type { Kit } from '../probe.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { SignalRecord } from './fetch-signal.ts';
import { SocketOp } from './socket-op.ts';
import type { BackgroundCall, UndiciOp } from './undici-op.ts';

/** More connections than this under way at once are not found by the ops that wait for them. */
const MAX_PENDING = 1_000;
/** Failed connections remembered until the requests that waited for them hear of it, in the same or the next tick. */
const MAX_FAILED = 32;

/** What the outgoing probes tell one another: connections under way, and whose they are. */
export class Connections {
  readonly kit: Kit;
  /** Whose `connect` call is on the stack: a lookup made now is part of it. */
  connecting: ConnectionRecord | undefined = undefined;
  /** The host undici is about to connect to: that socket is its own from the start. */
  expected: string | undefined = undefined;
  /** The call an undici dispatcher is being handed: a request made now is its. */
  dispatching: UndiciOp | BackgroundCall | undefined = undefined;
  /** The signal of the `fetch` that is on the stack. */
  fetching: SignalRecord | undefined = undefined;
  readonly #pending = new Set<ConnectionRecord>();
  readonly #failed: ConnectionRecord[] = [];

  constructor(kit: Kit) {
    this.kit = kit;
  }

  begin(record: ConnectionRecord): void {
    if (this.expected === record.host) {
      record.claimed = true;
      this.expected = undefined;
    }
    this.#watch(record);
    if (record.port !== 0) this.#openOp(record, record.start, false);
  }

  /** A handshake begins over a connection that stands or is being made. */
  upgrade(record: ConnectionRecord): void {
    record.secure = true;
    record.settled = false;
    record.tlsStart = now();
    this.#watch(record);
    this.#openOp(record, record.tlsStart, true);
  }

  /** It can be used now, or never will be. */
  settle(record: ConnectionRecord, failure?: unknown): void {
    record.settled = true;
    this.#pending.delete(record);
    for (const op of record.ops) this.kit.flight.close(op, failure);
    if (failure === undefined || record.failure !== undefined) return;
    record.failure = failure;
    if (this.#failed.length >= MAX_FAILED) this.#failed.shift();
    this.#failed.push(record);
  }

  /** The connection a request for this host waits for: the oldest under way. */
  pendingTo(host: string, port: number): ConnectionRecord | undefined {
    for (const record of this.#pending) if (record.host === host && record.port === port) return record;
    return undefined;
  }

  /** The connection whose failure ended a request: clients pass the very same error on. */
  failedWith(error: unknown): ConnectionRecord | undefined {
    return this.#failed.findLast((record) => record.failure === error);
  }

  #watch(record: ConnectionRecord): void {
    if (this.#pending.size >= MAX_PENDING) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) this.#pending.delete(oldest);
    }
    this.#pending.add(record);
  }

  #openOp(record: ConnectionRecord, start: number, upgrade: boolean): void {
    if (record.claimed || record.ops.at(-1)?.end === OPEN) return;
    const request = upgrade ? this.kit.context.current() : record.request;
    if (request === undefined || request.ops.length >= MAX_OPS_PER_REQUEST) return;
    const op = new SocketOp(request, start, record, upgrade);
    const before = record.ops[0];
    record.ops.push(op);
    this.kit.flight.open(op);
    // A handshake is part of what the connect was part of.
    if (before?.request === request) op.parent ??= before.parent;
  }
}
