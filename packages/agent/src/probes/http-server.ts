import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, OutgoingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { now, OPEN } from '../clock.ts';
import { readHeaders, receivedTraceId } from '../deadline.ts';
import { Download } from '../recorder/download.ts';
import { RequestRecord } from '../recorder/request-record.ts';
import { frameworkPattern } from '../recorder/route.ts';
import { Upload } from '../recorder/upload.ts';
import { type EmitObserver, hookEmit, observe, observedState } from './emit-hook.ts';
import { patchFunction } from './patch.ts';
import type { Kit, Probe } from './probe.ts';
import { attach } from './stamp.ts';

interface StartMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface FastifyHandlerMessage {
  readonly route?: { readonly url?: unknown };
}

/** `node:http` and `https` servers, and so every framework on top of them. */
export const httpServerProbe: Probe = {
  name: 'http-server',
  sources: ['caller', 'downloads'],
  install(kit) {
    const responses = new ResponseObserver(kit);
    const started = kit.guard((message: unknown) => {
      const { request, response } = message as StartMessage;
      const record = kit.flight.begin('http', request.method ?? '', request.url ?? '', now());
      record.message = request;
      record.response = response;
      const headers = readHeaders(request.rawHeaders);
      record.traceId = receivedTraceId(headers);
      kit.setDeadline(record, headers);
      if (record.method !== 'GET') watchUpload(record, request);
      observe(response, responses, record);
      kit.context.enter(record);
    });
    // Fastify names the route on its own channel; the message underneath does not carry it.
    const routed = kit.guard((message: unknown) => {
      const { route } = message as FastifyHandlerMessage;
      const record = kit.context.current();
      if (record !== undefined && typeof route?.url === 'string') record.pattern = route.url;
    });
    // Not an import: on Node 22 and up the list of its exports alone would load fetch, 16 MB.
    const http = process.getBuiltinModule('node:http');
    const unhook = hookEmit(http.ServerResponse.prototype);
    const unpatch = watchWrites(kit, http.OutgoingMessage.prototype);
    subscribe('http.server.request.start', started);
    subscribe('tracing:fastify.request.handler:start', routed);
    return () => {
      unsubscribe('http.server.request.start', started);
      unsubscribe('tracing:fastify.request.handler:start', routed);
      unpatch();
      unhook();
    };
  },
};

/** The parser's pieces of the body are told by the outgoing probe, which sees what any message is given. */
function watchUpload(record: RequestRecord, message: IncomingMessage): void {
  // Whoever reads a body has the headers made as well.
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return;
  record.upload = new Upload(record.start, length);
  attach(message, record.upload);
}

/** Nothing tells of a full buffer but what `write` returns. */
function watchWrites(kit: Kit, prototype: OutgoingMessage): () => void {
  const filled = kit.guard((response: object) => {
    const record = observedState(response);
    if (record instanceof RequestRecord && record.end === OPEN) downloadOf(record).began(false);
  });
  return patchFunction(prototype, 'write', (original) => {
    return function write(this: object, ...args: never[]): unknown {
      const hasRoom = original.apply(this, args);
      if (hasRoom === false) filled(this);
      return hasRoom;
    };
  });
}

function downloadOf(record: RequestRecord): Download {
  record.download ??= new Download();
  return record.download;
}

/** Sees a response finish, or close before it finished: then the caller went away. */
class ResponseObserver implements EmitObserver<RequestRecord> {
  readonly #end: (record: RequestRecord, response: ServerResponse, complete: boolean) => void;
  readonly #written: (record: RequestRecord) => void;
  readonly #drained: (record: RequestRecord) => void;
  readonly #timedOut: (record: RequestRecord, response: ServerResponse) => void;

  constructor(kit: Kit) {
    this.#end = kit.guard((record, { statusCode }, complete) => endRequest(kit, record, statusCode, complete));
    this.#written = kit.guard((record) => downloadOf(record).began(true));
    this.#timedOut = kit.guard((record, { socket }) => {
      record.serverTimeout = { limit: 'timeout', ms: socket?.timeout ?? 0, at: now() };
    });
    this.#drained = kit.guard((record) => {
      const time = now();
      record.download?.over(time);
      kit.flight.loop.mark(time, record);
    });
  }

  onEmit(record: RequestRecord, response: object, event: string | symbol): void {
    if (record.end !== OPEN) return;
    switch (event) {
      case 'prefinish':
        // What the system took at once is gone by now, as nearly always.
        if ((response as ServerResponse).socket?.writableLength) this.#written(record);
        return;
      case 'timeout':
        this.#timedOut(record, response as ServerResponse);
        return;
      case 'drain':
        this.#drained(record);
        return;
      case 'finish':
      case 'close':
        this.#end(record, response as ServerResponse, event === 'finish');
    }
  }
}

/**
 * Ends the requests whose connection is gone. When the caller goes before the turn of a pipelined request has come, Node 20
 * and 22 drop its response without an event: it would be in flight for ever.
 */
export function endDropped(kit: Kit): void {
  for (const record of kit.flight.inFlight) if (record.message?.socket.destroyed) endRequest(kit, record, 0, false);
}

/** What follows a timer of the server later than this is not its doing: the program let the request go on. Milliseconds. */
const TIMEOUT_EFFECT_MS = 100;

/** Which timer of the server ended a request, if one did. */
function serverTimeoutOf(record: RequestRecord, complete: boolean, end: number): RequestRecord['serverTimeout'] {
  const { serverTimeout, message, status } = record;
  if (serverTimeout !== undefined) {
    const hadEffect = end - serverTimeout.at < TIMEOUT_EFFECT_MS && (!complete || status >= 400);
    return hadEffect ? serverTimeout : undefined;
  }
  if (complete || message === undefined) return undefined;
  const socket = message.socket as Socket & { readonly server?: { readonly requestTimeout?: number } };
  const { code } = (socket.errored ?? {}) as NodeJS.ErrnoException;
  if (code !== 'ERR_HTTP_REQUEST_TIMEOUT') return undefined;
  return { limit: 'requestTimeout', ms: socket.server?.requestTimeout ?? 0, at: end };
}

/** @param complete false: the caller went away before it had the whole response */
export function endRequest(kit: Kit, record: RequestRecord, status: number, complete: boolean): void {
  const end = now();
  const source = record.message ?? record.stream;
  if (source !== undefined) record.upload?.stop(source, end);
  record.download?.over(end);
  record.status = status;
  record.serverTimeout = serverTimeoutOf(record, complete, end);
  if (!complete && record.serverTimeout === undefined) record.cancelledAt = end;
  record.pattern ??= frameworkPattern(record);
  kit.flight.finish(record, end);
  kit.finished(record);
  record.message = undefined;
  record.routed = undefined;
  record.response = undefined;
  record.stream = undefined;
}
