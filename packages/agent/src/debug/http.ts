import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { MainThread } from '../watchdog/main-thread.ts';
import type { Shared } from '../watchdog/shared.ts';
import { type Answer, BadQuery, refuse } from './answer.ts';
import { refusal } from './gatekeeper.ts';
import { ProfileLease } from './lease.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { Site } from './site.ts';

export interface HttpOptions {
  readonly token: string | undefined;
  readonly shared: Shared;
  readonly main: MainThread;
  /** Aborted when the process exits. */
  readonly closing: AbortSignal;
}

/** A request of ours has a line and some headers; who takes longer to send them has something else in mind. */
const RECEIVE_MS = 5_000;

/** So long not a byte of an answer was taken: whoever asked has gone, or never reads. */
const STALLED_MS = 30_000;

/** Connections that ask nothing. With one more the oldest has to go, so that no number of them keeps a person out. */
const MAX_SILENT = 24;

/** The same for every answer: no other site may frame or read it, nothing is kept. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** @returns takes over a connection */
export function startHttp(options: HttpOptions): (socket: Socket) => void {
  const lease = new ProfileLease();
  const patience = new Patience();
  const server = createServer({ keepAliveTimeout: RECEIVE_MS }, (request, response) => {
    patience.asked(request.socket);
    response.on('close', () => patience.answered(request.socket));
    void serve(request, response, options, lease);
  });
  return (socket) => {
    patience.begin(socket);
    socket.on('close', () => patience.end(socket));
    server.emit('connection', socket);
  };
}

/** With connections that take their time. Node's own limits hold only in a server that listens itself. */
class Patience {
  /** The longest silent first. */
  readonly #silent = new Map<Socket, NodeJS.Timeout>();
  /** Questions under way: a client may send the next one before the answer. */
  readonly #open = new WeakMap<Socket, number>();

  begin(socket: Socket): void {
    this.end(socket);
    this.#silent.set(
      socket,
      setTimeout(() => socket.destroy(), RECEIVE_MS),
    );
    if (this.#silent.size > MAX_SILENT) this.#silent.keys().next().value?.destroy();
  }

  asked(socket: Socket): void {
    this.end(socket);
    this.#open.set(socket, (this.#open.get(socket) ?? 0) + 1);
  }

  answered(socket: Socket): void {
    const open = (this.#open.get(socket) ?? 1) - 1;
    this.#open.set(socket, open);
    if (open === 0 && !socket.destroyed) this.begin(socket);
  }

  end(socket: Socket): void {
    clearTimeout(this.#silent.get(socket));
    this.#silent.delete(socket);
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { token, shared, main, closing }: HttpOptions,
  lease: ProfileLease,
): Promise<void> {
  const left = new AbortController();
  response.on('error', () => {}).on('close', () => left.abort());
  const isHead = request.method === 'HEAD';
  const gone = AbortSignal.any([left.signal, closing]);
  const site = new Site(shared, main, lease, { gone, isHead, accept: request.headers.accept ?? '' });
  const answer = refusal(request, token) ?? (await answerTo(request.url ?? '/', site));
  if (response.destroyed) return;
  const { status, type, body, headers } = answer;
  const length = isHead ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...length, ...headers });
  response.end(isHead ? undefined : body);
  // As long as any of it is taken, however slowly, Node does not call that a timeout. After it, its keep-alive holds again.
  if (!response.writableFinished) request.socket.setTimeout(STALLED_MS);
}

async function answerTo(target: string, site: Site): Promise<Answer> {
  const [path = '/', query = ''] = target.split('?', 2);
  const route = findRoute(path);
  if (route === undefined) return refuse(404, `no such endpoint; all are listed at ${INDEX}`);
  if (route.path !== path) return refuse(308, `see ${route.path}`, { location: route.path });
  try {
    return await route.handle(new URLSearchParams(query), site);
  } catch (error) {
    if (error instanceof BadQuery) return refuse(400, error.message);
    // Ours, not the host's: nothing of its requests is in it.
    return refuse(500, `${path} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const INDEX = '/debug/pprof/';

/** Where people begin. */
const ROOTS: ReadonlySet<string> = new Set(['/', '/debug', '/debug/', '/debug/holdup', '/debug/holdup/']);

/** People leave out the last slash, and begin at the root. */
function findRoute(path: string): Route | undefined {
  if (ROOTS.has(path)) return findRoute(INDEX);
  return ROUTES.find((route) => route.path === path || route.path === `${path}/`);
}
