import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { now, OPEN } from '../clock.ts';
import { Download } from '../recorder/download.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { Upload } from '../recorder/upload.ts';
import { watchLooks } from './body-looks.ts';
import { type EmitObserver, hookEmit, observe } from './emit-hook.ts';
import { patchFunction } from './patch.ts';
import type { Kit } from './probe.ts';
import { attach, attached } from './stamp.ts';

type Headers = Readonly<Record<string, unknown>>;

/** What `stream_base_commons` keeps of the last `setTimeout`, ms. */
interface Timed {
  readonly timeout?: number;
}

/** What a request's stream does, for both APIs: the compatible one reads and writes through the stream, too. */
export class StreamWatch implements EmitObserver<RequestRecord> {
  /** Servers somebody observes, who passes their timeouts on. */
  readonly #watched = new WeakSet<object>();
  readonly #hooked = new Map<object, () => void>();
  readonly #servers: EmitObserver<undefined>;
  /** A server's 'timeout'. */
  readonly sessionTimedOut: (session: ServerHttp2Session) => void;
  readonly #ended: (record: RequestRecord, stream: ServerHttp2Stream) => void;
  readonly #drained: (record: RequestRecord) => void;
  readonly #filled: (record: RequestRecord, complete: boolean) => void;
  readonly #received: (upload: Upload, stream: ServerHttp2Stream, chunk: unknown) => void;
  readonly #looks: (prototype: object) => () => void;

  constructor(kit: Kit, onEnd: (record: RequestRecord, stream: ServerHttp2Stream) => void) {
    this.#ended = kit.guard(onEnd);
    this.#drained = kit.guard((record) => {
      const time = now();
      record.download?.over(time);
      kit.flight.loop.mark(time, record);
    });
    this.#filled = kit.guard((record, complete) => {
      record.download ??= new Download();
      record.download.began(complete);
    });
    this.#received = kit.guard((upload, stream, chunk) => upload.received(stream, chunk));
    this.#looks = (prototype) => watchLooks(kit, prototype, (stream) => recordOf(stream)?.upload);
    this.sessionTimedOut = kit.guard((session) => {
      for (const record of kit.flight.inFlight) if (record.stream?.session === session) noteTimeout(record, session);
    });
    this.#servers = {
      onEmit: (_state, _server, event, session) => {
        if (event === 'timeout') this.sessionTimedOut(session as ServerHttp2Session);
      },
    };
  }

  begin(record: RequestRecord, stream: ServerHttp2Stream, headers: Headers): void {
    record.stream = stream;
    const prototype = Object.getPrototypeOf(stream) as object;
    if (!this.#hooked.has(prototype)) this.#hooked.set(prototype, this.#hook(prototype));
    if (hasBody(record, stream, headers)) {
      const length = headers['content-length'];
      record.upload = new Upload(record.start, typeof length === 'string' ? length : undefined);
    }
    attach(stream, record);
    observe(stream, this, record);
    this.#watchServer(stream);
  }

  /** Its observer calls `sessionTimedOut`. */
  leaves(server: object): void {
    this.#watched.add(server);
  }

  stop(): void {
    for (const undo of this.#hooked.values()) undo();
  }

  onEmit(record: RequestRecord, stream: object, event: string | symbol): void {
    if (record.end !== OPEN) return;
    switch (event) {
      case 'drain':
      case 'finish':
        this.#drained(record);
        return;
      case 'timeout':
        noteTimeout(record, stream);
        return;
      case 'close':
        this.#ended(record, stream as ServerHttp2Stream);
    }
  }

  /** Sessions that were idle for too long are told of by their server only. */
  #watchServer({ session }: ServerHttp2Stream): void {
    const { server } = (session?.socket ?? {}) as { readonly server?: object };
    if (server === undefined) return;
    const prototype = Object.getPrototypeOf(server) as object;
    if (!this.#hooked.has(prototype)) this.#hooked.set(prototype, hookEmit(prototype));
    if (this.#watched.has(server)) return;
    this.#watched.add(server);
    observe(server, this.#servers, undefined);
  }

  #hook(prototype: object): () => void {
    const undo = [hookEmit(prototype), this.#patchWrites(prototype, 'write'), this.#patchWrites(prototype, 'end')];
    const received = this.#received;
    undo.push(
      this.#looks(prototype),
      patchFunction(prototype, 'push', (original) => {
        return function push(this: ServerHttp2Stream, ...args: never[]): unknown {
          const upload = recordOf(this)?.upload;
          if (upload !== undefined) received(upload, this, args[0]);
          return original.apply(this, args);
        };
      }),
    );
    return () => {
      for (const each of undo) each();
    };
  }

  /** What the peer's window had no room for is still in the stream when the call returns. */
  #patchWrites(prototype: object, name: 'write' | 'end'): () => void {
    const filled = this.#filled;
    return patchFunction(prototype, name, (original) => {
      return function write(this: ServerHttp2Stream, ...args: never[]): unknown {
        const result = original.apply(this, args);
        if (name === 'write' ? result === false : this.writableLength > 0) {
          const record = recordOf(this);
          if (record !== undefined && record.end === OPEN) filled(record, name === 'end');
        }
        return result;
      };
    });
  }
}

function recordOf(stream: object): RequestRecord | undefined {
  const record = attached(stream) as RequestRecord | undefined;
  return record?.stream === stream ? record : undefined;
}

function noteTimeout(record: RequestRecord, timed: object): void {
  const { timeout } = timed as Timed;
  record.serverTimeout = { limit: 'timeout', ms: timeout ?? 0, at: now() };
}

/** Of a gRPC stream nobody can tell a caller that is slow from one that has nothing to say yet. */
function hasBody({ method }: RequestRecord, stream: ServerHttp2Stream, headers: Headers): boolean {
  if (method === 'GET' || method === 'HEAD' || headers['content-length'] === '0') return false;
  if (String(headers['content-type'] ?? '').startsWith('application/grpc')) return false;
  return stream.endAfterHeaders !== true && !stream.readableEnded;
}
