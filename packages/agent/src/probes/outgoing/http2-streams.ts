import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import net, { type Socket } from 'node:net';
import { type EmitObserver, hookEmit, observe } from '../emit-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';

export type Headers = Readonly<Record<string, unknown>>;

export interface Http2Message {
  readonly stream: ClientHttp2Stream;
  readonly headers?: Headers;
  readonly error?: unknown;
}

/** What is told of a stream, by the names of Node's channels. */
export type Http2Tell = Readonly<
  Record<'created' | 'start' | 'bodySent' | 'finish' | 'error' | 'close', (message: Http2Message) => void>
>;

/** Of this the loaded `node:http2` consists, in the list of what is loaded. */
const CORE = 'NativeModule internal/http2/core';

/**
 * Tells of streams on Node 20, which has no channels for them, by the methods of its classes. They can only be had from a
 * session, and most programs never load `node:http2`, ten milliseconds and some megabytes: so one session is made, of nothing,
 * once a program that has loaded it opens a connection.
 */
export function watchHttp2Streams(kit: Kit, tell: Http2Tell): () => void {
  const undo: (() => void)[] = [];
  const stop = () => {
    for (const step of undo.splice(0).reverse()) step();
  };
  const look = kit.guard(() => {
    const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] };
    if (!moduleLoadList.includes(CORE)) return;
    stop();
    undo.push(watchSessions(kit, tell));
  });
  undo.push(
    patchFunction(net.Socket.prototype, 'connect', (original) => {
      return function connect(this: Socket, ...args: never[]): unknown {
        look();
        return original.apply(this, args);
      };
    }),
  );
  return stop;
}

function watchSessions(kit: Kit, tell: Http2Tell): () => void {
  const undo: (() => void)[] = [];
  const observer = new StreamObserver(kit, tell);
  const hooked = new Set<object>();
  const created = kit.guard((stream: ClientHttp2Stream) => {
    const prototype = Object.getPrototypeOf(stream) as object;
    if (!hooked.has(prototype)) undo.push(hookEmit(prototype));
    hooked.add(prototype);
    observe(stream, observer, undefined);
    tell.created({ stream, headers: stream.sentHeaders });
  });
  undo.push(
    patchFunction(sessionPrototype(), 'request', (original) => {
      return function request(this: ClientHttp2Session, ...args: never[]): unknown {
        const stream = original.apply(this, args);
        if (kit.on) created(stream as ClientHttp2Stream);
        return stream;
      };
    }),
  );
  return () => {
    for (const step of undo) step();
  };
}

/** Of a session over a socket that leads nowhere, and tells nobody: a program may count what sockets emit. */
function sessionPrototype(): object {
  const { connect } = process.getBuiltinModule('node:http2');
  const nowhere = Object.assign(new net.Socket(), { connecting: true, emit: () => false });
  const session = connect('http://localhost', { createConnection: () => nowhere });
  session.destroy();
  return Object.getPrototypeOf(session) as object;
}

class StreamObserver implements EmitObserver<undefined> {
  readonly #kit: Kit;
  readonly #tell: Http2Tell;

  constructor(kit: Kit, tell: Http2Tell) {
    this.#kit = kit;
    this.#tell = tell;
  }

  onEmit(_state: undefined, stream: object, event: string | symbol, first: unknown): void {
    if (!this.#kit.on) return;
    try {
      this.#note(stream as ClientHttp2Stream, event, first);
    } catch (error) {
      this.#kit.fail(error);
    }
  }

  #note(stream: ClientHttp2Stream, event: string | symbol, first: unknown): void {
    switch (event) {
      case 'ready':
        this.#tell.start({ stream });
        return;
      case 'finish':
        this.#tell.bodySent({ stream });
        return;
      case 'response':
        this.#tell.finish({ stream, headers: first as Headers });
        return;
      case 'error':
        this.#tell.error({ stream, error: first });
        return;
      case 'close':
        this.#tell.close({ stream });
    }
  }
}
