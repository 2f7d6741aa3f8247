import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream, Http2Session } from 'node:http2';
import { now, OPEN } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { isUnread } from '../../recorder/unread.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import { ConnectionRecord } from './connection-record.ts';
import type { Connections } from './connections.ts';
import { HttpOp, keptPath, type Target, targetOf } from './http-op.ts';
import { type Headers, type Http2Message, type Http2Tell, watchHttp2Streams } from './http2-streams.ts';

class Http2Op extends HttpOp {
  readonly #origin: string;
  readonly #path: string;
  /** While it runs. */
  stream: ClientHttp2Stream | undefined = undefined;

  constructor(request: RequestRecord, headers: Headers, connections: Connections) {
    super(request, now(), String(headers[':method'] ?? 'GET'), connections);
    this.#origin = `${headers[':scheme'] ?? 'https'}://${headers[':authority'] ?? headers.host}`;
    this.#path = keptPath(String(headers[':path'] ?? '/'));
  }

  protected override get library() {
    return 'node:http2' as const;
  }

  protected override target(): Target {
    return targetOf(this.#origin, this.#path);
  }

  protected override exactPath(): string {
    return this.#path;
  }

  protected override isUnread(): boolean {
    return this.stream !== undefined && isUnread(this.stream);
  }

  protected override extras() {
    return {};
  }
}

/** `http2.connect(…).request(…)`, by the channels Node has for it from 22 on; before, by its classes. */
export function installHttp2Client(kit: Kit, connections: Connections): () => void {
  const tell = tellOf(kit, connections);
  if (!HAS_CHANNELS) return watchHttp2Streams(kit, tell);
  const undo = Object.entries(tell).map(([name, handler]) => {
    const guarded = kit.guard((message: unknown) => handler(message as Http2Message));
    subscribe(`http2.client.stream.${name}`, guarded);
    return () => unsubscribe(`http2.client.stream.${name}`, guarded);
  });
  return () => {
    for (const step of undo) step();
  };
}

const HAS_CHANNELS = Number.parseInt(process.versions.node, 10) >= 22;

function tellOf({ context, flight }: Kit, connections: Connections): Http2Tell {
  return {
    created: ({ stream, headers = {} }) => {
      const record = context.current();
      if (record === undefined || headers[':method'] === 'CONNECT') return;
      const link = linkOf(stream.session, connections, headers);
      if (link === UNDICI) return;
      const op = new Http2Op(record, headers, connections);
      op.connection = link;
      op.stream = stream;
      // A session that stands sends before it says that the stream was created.
      if (!stream.pending) op.sentAt = op.start;
      if (!stream.pending && stream.writableEnded) op.writtenAt = op.start;
      attach(stream, op);
      flight.open(op);
    },
    start: ({ stream }) => {
      const op = opOf(stream);
      if (op !== undefined) op.sentAt = now();
    },
    bodySent: ({ stream }) => {
      const op = opOf(stream);
      if (op !== undefined) op.writtenAt = now();
    },
    finish: ({ stream, headers }) => opOf(stream)?.answered(Number(headers?.[':status'])),
    error: ({ stream, error }) => {
      const op = opOf(stream);
      if (op === undefined) return;
      op.stream = undefined;
      op.failed(error);
    },
    close: ({ stream }) => {
      const op = opOf(stream);
      if (op === undefined) return;
      op.stream = undefined;
      if (stream.rstCode === 0 || stream.rstCode === undefined) flight.close(op);
      else op.failed(streamError(stream.rstCode));
    },
  };
}

/** Sessions of undici: their calls are recorded by undici's own channels. */
const UNDICI = Symbol('undici');
/** A session whose connection was made before anybody looked. */
const UNKNOWN = Symbol('unknown');

/** The connection under a session, found when its first stream is made: the session's own `socket` is a proxy. */
function linkOf(
  session: Http2Session | undefined,
  connections: Connections,
  headers: Headers,
): ConnectionRecord | typeof UNDICI | undefined {
  if (session === undefined) return undefined;
  const known = attached(session);
  if (known === UNDICI || known instanceof ConnectionRecord) return known;
  if (known === UNKNOWN) return undefined;
  const isUndici = Object.getOwnPropertySymbols(session).some(({ description }) => description === 'open streams');
  const found = isUndici ? UNDICI : session.connecting ? pendingUnder(connections, headers) : undefined;
  attach(session, found ?? UNKNOWN);
  if (found instanceof ConnectionRecord) found.claim();
  return found;
}

function pendingUnder(connections: Connections, headers: Headers): ConnectionRecord | undefined {
  const { hostname, port, protocol } = targetOf(`${headers[':scheme']}://${headers[':authority']}`, '/');
  return connections.pendingTo(hostname, port === 0 ? (protocol === 'http:' ? 80 : 443) : port);
}

function opOf(stream: object): Http2Op | undefined {
  const op = attached(stream);
  return op instanceof Http2Op && op.end === OPEN ? op : undefined;
}

/** RFC 9113, 7: CANCEL, sent by the side that no longer wants the answer. */
const CANCEL = 8;

function streamError(code: number): object {
  const name = code === CANCEL ? 'AbortError' : 'Http2StreamError';
  return { name, code: 'ERR_HTTP2_STREAM_ERROR', message: `stream closed with error code ${code}` };
}
