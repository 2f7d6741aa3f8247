import { isIP } from 'node:net';
import type { Account, ConnectAttempt, Ns, Phase, SocketDetail } from '@holdup/model';
import { endOf, OPEN, toNs } from '../../clock.ts';
import { isTimeout } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { SocketOp } from './socket-op.ts';

/** One address tried. Times in ms of the agent's clock. */
interface AttemptRecord {
  readonly address: string;
  readonly start: number;
  end: number;
  result: ConnectAttempt['result'];
  code: string | undefined;
  /** By `autoSelectFamilyAttemptTimeout`. */
  cut: boolean;
}

/** A phase before it is cut to the op it belongs to; `end` may be OPEN. */
export interface RawPhase {
  readonly account: Account;
  readonly start: number;
  readonly end: number;
  readonly note?: string;
}

/** Beyond so many addresses the last attempts replace one another: resolvers give a handful. */
const MAX_ATTEMPTS = 16;

/** One socket from `connect` on, as its events tell it. Several HTTP ops may share it. */
export class ConnectionRecord {
  /** What was asked for; the path of a Unix socket. */
  readonly host: string;
  /** 0: a Unix socket. */
  readonly port: number;
  /** Whose code called `connect`; undefined: background work. */
  readonly request: RequestRecord | undefined;
  readonly start: number;
  /** A handshake belongs to it. */
  secure: boolean;
  /** A client has it: its time is booked on the client's op. */
  claimed = false;
  /** Ready, failed or closed: nothing of it is waited for any more. */
  settled = false;
  dnsEnd = OPEN;
  connectedAt = OPEN;
  tlsStart = OPEN;
  secureAt = OPEN;
  closedAt = OPEN;
  /** Calls sent over it so far. */
  uses = 0;
  /** When the headers of the last answer came over it. */
  answeredAt = OPEN;
  failure: unknown = undefined;
  local: string | undefined = undefined;
  /** Its own, as long as no client claims it: one for the connect, one for a handshake over it later. */
  readonly ops: SocketOp[] = [];
  readonly attempts: AttemptRecord[] = [];
  /** Asked at once: `isIP` is a regular expression on Node 20. */
  readonly #hasName: boolean;

  constructor(host: string, port: number, request: RequestRecord | undefined, start: number, secure: boolean) {
    this.host = host;
    this.port = port;
    this.request = request;
    this.start = start;
    this.secure = secure;
    this.#hasName = port !== 0 && isIP(host) === 0;
  }

  /** A client has it, and its time belongs to the ops of that client: it needs none of its own. */
  claim(): void {
    if (this.claimed) return;
    this.claimed = true;
    for (const op of this.ops.splice(0)) {
      const index = op.request.ops.lastIndexOf(op);
      if (index >= 0) op.request.ops.splice(index, 1);
    }
  }

  /** When requests could be sent over it. */
  get readyAt(): number {
    return this.secure ? this.secureAt : this.connectedAt;
  }

  beginAttempt(address: string, start: number): void {
    if (this.attempts.length >= MAX_ATTEMPTS) this.attempts.pop();
    this.attempts.push({ address, start, end: OPEN, result: 'open', code: undefined, cut: false });
  }

  endAttempt(end: number, result: ConnectAttempt['result'], error?: unknown): void {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined || attempt.end !== OPEN) return;
    const code = (error as { code?: unknown } | undefined | null)?.code;
    attempt.end = end;
    attempt.result = result === 'failed' && isTimeout(error) ? 'timed-out' : result;
    attempt.code = typeof code === 'string' ? code : undefined;
  }

  /** The runtime gave the address up for the next one. */
  cutAttempt(end: number): void {
    this.endAttempt(end, 'timed-out');
    const attempt = this.attempts.at(-1);
    if (attempt?.end === end) attempt.cut = true;
  }

  /** dns, tcp per attempt and tls, in order; the one under way is open. */
  phases(): RawPhase[] {
    const phases: RawPhase[] = [];
    const { closedAt } = this;
    const or = (end: number) => (end === OPEN ? closedAt : end);
    if (this.#hasName) phases.push({ account: 'dns', start: this.start, end: or(this.dnsEnd), note: this.host });
    for (const [index, { address, start }] of this.attempts.entries()) {
      const end = this.attempts[index + 1]?.start ?? or(this.connectedAt);
      phases.push({ account: 'tcp', start, end, note: address });
    }
    if (this.tlsStart !== OPEN) {
      // A handshake asked for while TCP was still connecting begins with the connection.
      const start = Math.max(this.tlsStart, this.connectedAt);
      if (this.connectedAt !== OPEN) phases.push({ account: 'tls', start, end: or(this.secureAt), note: this.host });
    }
    return phases;
  }

  /** @param at when the op got it, ms; @param since when the op began */
  detail(at: number, since: number): SocketDetail {
    const { readyAt, local } = this;
    const connected = this.attempts.find((attempt) => attempt.result === 'connected');
    const reused = readyAt !== OPEN && readyAt <= since;
    return {
      reused,
      ...(readyAt !== OPEN && at >= readyAt ? { age: toNs(at - readyAt) } : {}),
      ...(local === undefined ? {} : { local }),
      ...(connected === undefined ? {} : { remote: hostAndPort(connected.address, this.port) }),
      attempts: this.attempts.map(toAttempt),
    };
  }
}

function toAttempt({ address, start, end, result, code, cut }: AttemptRecord): ConnectAttempt {
  return {
    address,
    start: toNs(start),
    ...endOf(end),
    result,
    ...(code === undefined ? {} : { code }),
    ...(cut ? { cut } : {}),
  };
}

/** `api.example:443`, `[::1]:80`, or the path of a Unix socket. */
export function hostAndPort(host: string, port: number): string {
  if (port === 0) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Phases of an op: those given, cut to `[from, to]`, ordered and disjoint; time between them is `gap`'s where given.
 * @param to ms, or OPEN: the op runs on, and the last phase may be open
 */
export function cutPhases(raw: readonly RawPhase[], from: number, to: number, gap?: Account): Phase[] {
  const phases: Phase[] = [];
  const limit = to === OPEN ? Number.POSITIVE_INFINITY : to;
  let cursor = from;
  const push = (account: Account, start: number, end: number, note?: string) => {
    const first = toNs(start);
    const closed: { end?: Ns } = Number.isFinite(end) ? { end: toNs(end) } : {};
    if (closed.end !== undefined && closed.end <= first) return;
    phases.push({ account, start: first, ...closed, ...(note === undefined ? {} : { note }) });
  };
  for (const phase of raw) {
    const start = Math.max(cursor, phase.start);
    const end = Math.min(limit, phase.end === OPEN ? Number.POSITIVE_INFINITY : phase.end);
    if (end <= start) continue;
    if (gap !== undefined && start > cursor) push(gap, cursor, start);
    push(phase.account, start, end, phase.note);
    cursor = end;
  }
  if (gap !== undefined && cursor < limit) push(gap, cursor, limit);
  return phases;
}
