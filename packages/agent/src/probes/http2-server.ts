import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { METHODS } from 'node:http';
import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';
import { now, OPEN } from '../clock.ts';
import { receivedTraceId } from '../deadline.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { type EmitObserver, hookEmit, observe } from './emit-hook.ts';
import { endRequest } from './http-server.ts';
import { StreamWatch } from './http2-stream.ts';
import type { Kit, Probe } from './probe.ts';

type Headers = Readonly<Record<string, unknown>>;

/**
 * `node:http2` servers, streams and the compatibility API alike. From Node 22 on they publish channels, and `node:http2`
 * (up to 12 MB) is loaded only if the application does; Node 20 has none, so there the module is loaded (3 MB) and
 * the servers it makes are watched.
 */
export const http2ServerProbe: Probe = {
  name: 'http2-server',
  sources: [],
  install(kit) {
    return Number(process.versions.node.split('.')[0]) >= 22 ? subscribeStreams(kit) : hookServers(kit);
  },
};

function subscribeStreams(kit: Kit): () => void {
  const streams = new StreamWatch(kit, (record, stream) => endStream(kit, record, stream));
  const created = kit.guard((message: unknown) => {
    const { stream, headers } = message as { stream: ServerHttp2Stream; headers: Headers };
    const record = beginStream(kit, stream, headers);
    streams.begin(record, stream, headers);
    kit.context.enter(record);
  });
  subscribe('http2.server.stream.created', created);
  return () => {
    unsubscribe('http2.server.stream.created', created);
    streams.stop();
  };
}

function beginStream(kit: Kit, stream: ServerHttp2Stream, headers: Headers): RequestRecord {
  const record = kit.flight.begin('http', methodOf(headers), String(headers[':path'] ?? ''), now());
  record.response = stream;
  record.traceId = receivedTraceId(headers);
  kit.setDeadline(record, headers);
  return record;
}

const KNOWN: ReadonlySet<unknown> = new Set(METHODS);

/** HTTP/2 lets a caller write anything there: what has no name would be one route per caller, and is theirs to tell. */
function methodOf({ ':method': method }: Headers): string {
  return KNOWN.has(method) ? String(method) : '_OTHER';
}

function endStream(kit: Kit, record: RequestRecord, stream: ServerHttp2Stream): void {
  if (record.end !== OPEN) return;
  const status = Number(stream.sentHeaders?.[':status'] ?? 0);
  endRequest(kit, record, status, !stream.aborted && stream.rstCode === 0);
}

type Http2 = typeof import('node:http2');

/** Node 20: a server's first emit of 'stream' is where a request begins. */
function hookServers(kit: Kit): () => void {
  const http2 = process.getBuiltinModule('node:http2') as { -readonly [K in keyof Http2]: Http2[K] };
  const hooked = new Map<object, () => void>();
  const restore: (() => void)[] = [];
  const streams = new StreamWatch(kit, (record, stream) => endStream(kit, record, stream));
  const begun = kit.guard((stream: ServerHttp2Stream, headers: Headers) => {
    const record = beginStream(kit, stream, headers);
    streams.begin(record, stream, headers);
    kit.context.enter(record);
  });
  const servers: EmitObserver<undefined> = {
    onEmit: (_state, _server, event, first, headers) => {
      if (event === 'stream' && kit.on) begun(first as ServerHttp2Stream, headers as Headers);
      else if (event === 'timeout') streams.sessionTimedOut(first as ServerHttp2Session);
    },
  };
  for (const name of ['createServer', 'createSecureServer'] as const) {
    const original = http2[name] as (...args: unknown[]) => Http2Server;
    const create = (...args: unknown[]): Http2Server => {
      const server = original(...args);
      if (kit.on) {
        hookOnce(hooked, Object.getPrototypeOf(server));
        observe(server, servers, undefined);
        streams.leaves(server);
      }
      return server;
    };
    Object.defineProperties(create, Object.getOwnPropertyDescriptors(original));
    Object.assign(http2, { [name]: create });
    restore.push(() => Object.assign(http2, { [name]: original }));
  }
  syncBuiltinESMExports();
  return () => {
    for (const undo of [...restore, ...hooked.values()]) undo();
    streams.stop();
    syncBuiltinESMExports();
  };
}

function hookOnce(hooked: Map<object, () => void>, prototype: object): void {
  if (!hooked.has(prototype)) hooked.set(prototype, hookEmit(prototype));
}
