import {
  findAny,
  isDigit,
  isMadeOf,
  type Op,
  type OpDetail,
  type OpFailure,
  type OpId,
  type Phase,
  type SocketDetail,
  withoutBrackets,
  withoutPort,
} from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { pathPattern } from '../../recorder/route.ts';
import { hashText } from '../hash.ts';
import { type ConnectionRecord, cutPhases, hostAndPort, type RawPhase } from './connection-record.ts';
import type { Connections } from './connections.ts';

type HttpDetail = Extract<OpDetail, { kind: 'http-client' }>;

/** Where a call goes, without anything a person may not see: no query, no credentials, no ids. */
export interface Target {
  readonly protocol: string;
  /** Without brackets. */
  readonly hostname: string;
  /** 0 where nobody said. */
  readonly port: number;
  readonly pattern: string;
}

/** Longer paths are kept as patterns at once: a call's record must stay small. */
const MAX_KEPT_PATH = 200;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** One outgoing HTTP call, whatever library makes it. The hot path only stores times, in ms of the agent's clock. */
export abstract class HttpOp extends OpRecord {
  readonly connections: Connections;
  readonly method: string;
  /** The library gave it a socket, on which its turn had come. */
  sentAt = OPEN;
  /** The request is written, its body included. */
  writtenAt = OPEN;
  headersAt = OPEN;
  status = 0;
  /** A timer of the library's fired, whatever error it made of that. */
  timedOut = false;
  connection: ConnectionRecord | undefined = undefined;
  /** Calls sent over its connection before; less than none: not known. */
  #usesBefore = -1;
  /** When the last of them was answered. */
  #answeredBefore = OPEN;
  /** Of a call that is over: every cut that shows it asks for it. */
  #target: Target | undefined = undefined;

  constructor(request: RequestRecord, start: number, method: string, connections: Connections) {
    super(request, start);
    this.method = method;
    this.connections = connections;
  }

  protected abstract get library(): HttpDetail['library'];

  protected abstract target(): Target;

  /** As it was asked for, or enough of it to tell it from others. */
  protected abstract exactPath(): string;

  /** Nobody reads the response body: then its missing end is not the peer's doing. */
  protected abstract isUnread(): boolean;

  protected abstract extras(): Partial<Pick<HttpDetail, 'socketLimit' | 'timeoutMs' | 'unbounded' | 'bodyBytes'>>;

  /** @param connection undefined: one that is not known */
  sentOver(connection: ConnectionRecord | undefined): void {
    this.sentAt = now();
    this.connection = connection;
    if (connection === undefined) return;
    this.#usesBefore = connection.uses++;
    this.#answeredBefore = connection.answeredAt;
  }

  answered(status: number): void {
    const time = now();
    if (this.connection !== undefined) this.connection.answeredAt = time;
    this.headersAt = time;
    this.status = status;
    this.connections.kit.flight.loop.mark(time, this.request);
  }

  /** The call ended without a whole response. */
  failed(error: unknown): void {
    if (this.end !== OPEN) return;
    if (this.connection === undefined && this.headersAt === OPEN) this.connection = this.#waitedFor(error);
    if (this.timedOut) this.request.sawTimeout = true;
    this.connections.kit.flight.close(this, error);
  }

  /** It may still change while the call goes on. */
  #whither(): Target {
    if (this.end === OPEN) return this.target();
    this.#target ??= this.target();
    return this.#target;
  }

  override usualKey(): string {
    const target = this.#whither();
    return `http ${this.method} ${originOf(target)} ${target.pattern}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    const target = this.#whither();
    // An open call whose body nobody reads is over as far as anybody waits for it.
    const end = this.end === OPEN && this.headersAt !== OPEN && this.isUnread() ? this.headersAt : this.end;
    const connection = this.connection ?? (this.end === OPEN ? this.#waitedFor(undefined) : undefined);
    const sentAt = this.#sentAt(connection);
    return {
      id,
      name: `${this.method} ${urlOf(target)}`,
      start: toNs(this.start),
      ...endOf(end),
      account: 'http.first-byte',
      phases: this.#phases(connection, sentAt, end),
      detail: {
        kind: 'http-client',
        method: this.method,
        origin: originOf(target),
        host: hostAndPort(target.hostname, portOf(target)),
        library: this.library,
        target: hashText(this.exactPath()),
        ...(this.status === 0 ? {} : { status: this.status }),
        ...(connection === undefined ? {} : { socket: this.#socket(connection, sentAt) }),
        ...this.extras(),
      },
      ...(this.failure === undefined ? {} : { failure: this.#failure() }),
      ...cut.usual(this.usualKey()),
    };
  }

  #socket(connection: ConnectionRecord, sentAt: number): SocketDetail {
    const detail = connection.detail(sentAt, this.start);
    if (this.#usesBefore < 0) return detail;
    const idle = this.#answeredBefore === OPEN ? {} : { idle: toNs(Math.max(0, this.sentAt - this.#answeredBefore)) };
    return { ...detail, uses: this.#usesBefore, ...idle };
  }

  #failure(): OpFailure {
    const failure = failureOf(this.failure);
    return this.timedOut ? { ...failure, timeout: true } : failure;
  }

  /** The connection it never got: one that failed with this error, else one under way to the same place. */
  #waitedFor(error: unknown): ConnectionRecord | undefined {
    const failed = error === undefined ? undefined : this.connections.failedWith(error);
    if (failed !== undefined || this.sentAt !== OPEN) return failed;
    const target = this.target();
    return this.connections.pendingTo(target.hostname, portOf(target));
  }

  /** When the request could be sent; OPEN while it could not. */
  #sentAt(connection: ConnectionRecord | undefined): number {
    // Not every transport says when it begins to send (HTTP/2 in undici 6): then it did by the next thing known.
    const sentAt = [this.sentAt, this.writtenAt, this.headersAt].find((time) => time !== OPEN) ?? OPEN;
    const readyAt = connection === undefined ? sentAt : connection.readyAt;
    if (readyAt === OPEN) return this.headersAt === OPEN ? OPEN : sentAt;
    // node:http hands a request to a socket that still connects.
    return this.headersAt !== OPEN && readyAt > this.headersAt ? sentAt : Math.max(sentAt, readyAt);
  }

  #phases(connection: ConnectionRecord | undefined, sentAt: number, end: number): Phase[] {
    const { start, writtenAt, headersAt } = this;
    const until = sentAt === OPEN ? end : sentAt;
    const phases = cutPhases(connection?.phases() ?? [], start, until, 'http.socket-queue');
    if (sentAt === OPEN) return phases;
    // Answers may come before the request is written.
    const written = writtenAt === OPEN || (headersAt !== OPEN && headersAt < writtenAt) ? headersAt : writtenAt;
    const after: RawPhase[] = [{ account: 'http.request-write', start: sentAt, end: written }];
    if (written !== OPEN) after.push({ account: 'http.first-byte', start: written, end: headersAt });
    if (headersAt !== OPEN) after.push({ account: 'http.body', start: headersAt, end: OPEN });
    return [...phases, ...cutPhases(after, Math.max(sentAt, start), end)];
  }
}

function portOf({ protocol, port }: Target): number {
  return port === 0 ? (DEFAULT_PORTS[protocol] ?? 0) : port;
}

function originOf(target: Target): string {
  return `${target.protocol}//${hostAndPort(target.hostname, portOf(target))}`;
}

function urlOf(target: Target): string {
  const { protocol, hostname, pattern } = target;
  const port = portOf(target);
  const shown =
    port === DEFAULT_PORTS[protocol] ? withoutPort(hostAndPort(hostname, port)) : hostAndPort(hostname, port);
  return `${protocol}//${shown}${pattern}`;
}

/** Nothing that could be understood. */
const NOWHERE: Target = { protocol: 'http:', hostname: '', port: 0, pattern: '/' };

/**
 * A target from an origin and a path; the path may be a whole URL, as proxies are asked for one.
 * @param origin undefined, or not to be understood: `hostname` is empty
 */
export function targetOf(origin: unknown, path: string): Target {
  if (schemeOf(path) !== undefined) return parseUrl(path);
  return { ...parseUrl(String(origin)), pattern: pathPattern(path) };
}

/**
 * What stands before an `@` is left out. Not `new URL`: a sample of the watchdog may run this in the middle of the host's
 * own `new URL`, and Node parses both in the same memory.
 */
function parseUrl(url: string): Target {
  const protocol = schemeOf(url);
  if (protocol === undefined) return NOWHERE;
  const start = protocol.length + '//'.length;
  const end = findAny(url, '/?#', start);
  const authority = url.slice(url.lastIndexOf('@', end) + 1 || start, end);
  const bracket = authority.startsWith('[') ? authority.indexOf(']') + 1 : 0;
  const colon = findAny(authority, ':', bracket);
  const port = authority.slice(colon + 1);
  return {
    protocol,
    hostname: withoutBrackets(authority.slice(0, colon)).toLowerCase(),
    port: isMadeOf(port, isDigit) ? Number(port) : 0,
    pattern: url.charAt(end) === '/' ? pathPattern(url.slice(end)) : '/',
  };
}

function schemeOf(url: string): 'http:' | 'https:' | undefined {
  const start = url.slice(0, 'https://'.length).toLowerCase();
  return start === 'https://' ? 'https:' : start.startsWith('http://') ? 'http:' : undefined;
}

/** The path as a call's record keeps it: of a long one the pattern, and a hash that tells it from others. */
export function keptPath(path: string): string {
  if (path.length <= MAX_KEPT_PATH) return path;
  const target = targetOf(undefined, path);
  const kept = target.hostname === '' ? target.pattern : `${originOf(target)}${target.pattern}`;
  return `${kept}#${hashText(path)}`;
}
