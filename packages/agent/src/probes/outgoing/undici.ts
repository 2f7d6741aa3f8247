import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { now, OPEN } from '../../clock.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { Connections } from './connections.ts';
import { hookSignals } from './fetch-signal.ts';
import { connectionOf } from './socket.ts';
import { hookDispatch, isCall } from './undici-dispatch.ts';
import { type UndiciCall, UndiciOp } from './undici-op.ts';

/** What undici 5 to 8 publish, as far as it is looked at. */
interface Message {
  readonly request: UndiciCall;
  readonly socket?: Socket;
  readonly response?: { readonly statusCode?: unknown };
  readonly error?: unknown;
  readonly connectParams?: { readonly hostname?: unknown };
}

type Handlers = Readonly<Record<string, (message: Message) => void>>;

/** `fetch` and every copy of undici: all publish on the same channels. */
export function installUndici(kit: Kit, connections: Connections): () => void {
  const undo = [hookDispatch(kit, connections), hookSignals(kit, connections)];
  const hear = (name: string, handler: (message: Message) => void) => {
    const guarded = kit.guard(handler) as (message: unknown) => void;
    subscribe(name, guarded);
    undo.push(() => unsubscribe(name, guarded));
  };
  let hearsBodies = false;
  /** Most requests have no body, and undici makes a message of its end for each as soon as anybody listens. */
  const hearBodies = () => {
    if (hearsBodies) return;
    hearsBodies = true;
    hear('undici:request:bodySent', ({ request }) => {
      const op = opOf(request);
      if (op !== undefined) op.writtenAt = now();
    });
  };
  const handlers = listHandlers(kit, connections, hearBodies);
  for (const [name, handler] of Object.entries(handlers)) hear(name, handler);
  return () => {
    for (const step of undo) step();
  };
}

/** By the channel they hear. */
function listHandlers(kit: Kit, connections: Connections, hearBodies: () => void): Handlers {
  return {
    'undici:request:create': ({ request }) => {
      if (request.body) hearBodies();
      link(kit, connections, request);
    },
    'undici:client:sendHeaders': ({ request, socket }) => {
      const op = opOf(request);
      if (op === undefined) return;
      op.sentOver(connectionOf(socket));
      // Without a body that was all.
      if (!request.body) op.writtenAt = op.sentAt;
      op.socket = socket;
    },
    'undici:request:headers': ({ request, response }) => {
      const op = opOf(request);
      if (op === undefined) return;
      // A transport that does not say when it begins to send (HTTP/2 in undici 6): its next ones are seen as they were sent.
      if (op.sentAt === OPEN) hearBodies();
      op.answered(Number(response?.statusCode));
    },
    'undici:request:trailers': ({ request }) => {
      const op = opOf(request);
      if (op === undefined) return;
      op.release();
      kit.flight.close(op);
    },
    'undici:request:error': ({ request, error }) => {
      const op = opOf(request);
      if (op === undefined) return;
      op.release();
      op.failed(error);
    },
    // Connections cannot be tied to a request: they are claimed for undici as a whole, and found by their host.
    'undici:client:beforeConnect': ({ connectParams }) => {
      const hostname = connectParams?.hostname;
      connections.expected = typeof hostname === 'string' ? hostname : undefined;
    },
    'undici:client:connected': ({ socket }) => {
      connections.expected = undefined;
      connectionOf(socket)?.claim();
    },
    'undici:client:connectError': () => {
      connections.expected = undefined;
    },
  };
}

function opOf(request: object): UndiciOp | undefined {
  const op = attached(request);
  return op instanceof UndiciOp && op.end === OPEN ? op : undefined;
}

/** Ties a request to the call it was made for: the one being dispatched, else one of the running code. */
function link(kit: Kit, connections: Connections, request: UndiciCall): void {
  const { dispatching } = connections;
  if (dispatching !== undefined && !dispatching.linked) {
    dispatching.linked = true;
    if (!(dispatching instanceof UndiciOp)) return;
    attach(request, dispatching);
    dispatching.to(request.origin);
    dispatching.open();
    return;
  }
  const record = kit.context.current();
  if (record === undefined || !isCall(request)) return;
  const op = new UndiciOp(record, request, connections);
  // Whatever comes from npm is being dispatched: this one is Node's own.
  op.unsignalled = connections.fetching === undefined;
  attach(request, op);
  op.open();
}
