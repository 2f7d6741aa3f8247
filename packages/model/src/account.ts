/** What a stretch of a request's wall time is booked on. Ids are public: they appear in verdict JSON. */
export const ACCOUNTS = [
  /** Own synchronous work of this request on the event loop. */
  'cpu',
  /** Ready to go on, but one long synchronous run of somebody's code held the event loop. */
  'loop.blocked',
  /** Ready to go on, but the event loop was busy with many short runs. */
  'loop.busy',
  'gc',
  /** Waiting for a free connection of a database pool. */
  'db.pool-queue',
  /** Opening a database connection beyond what dns/tcp/tls say: start-up packet, authentication. */
  'db.connect',
  /** Waiting behind an earlier statement on the same database connection. */
  'db.client-queue',
  /** From the statement sent to its result: network, server execution, locks. */
  'db.query',
  /** A getaddrinfo call waiting for one of the two slots libuv gives to name lookups. */
  'dns.queue',
  'dns',
  /** A file, crypto or zlib job, or a name lookup, waiting for one of the threads of libuv's pool. */
  'threadpool.queue',
  /** A file, crypto or zlib job in libuv's thread pool: the disk's or the computation's own time. */
  'threadpool',
  /** TCP connect, one address attempt after another. */
  'tcp',
  'tls',
  /** Waiting for a lock, a semaphore or a limiter inside this process. */
  'lock.queue',
  /** Waiting for a free worker of a pool. */
  'worker.queue',
  /** A worker has this request's task. */
  'worker.run',
  /** Waiting for a free socket of the HTTP client's own limit. */
  'http.socket-queue',
  /** Writing the outgoing request, its body included. */
  'http.request-write',
  /** From the request written to the first byte of the response. */
  'http.first-byte',
  /** From the response headers to the last byte of the response body. */
  'http.body',
  /** A pause the program asked for. */
  'timer',
  /** Waiting for the rest of the incoming request from the caller. */
  'client.upload',
  /** Response handed to the kernel, waiting for the caller to take it. */
  'client.download',
  /** No op covers it and the loop was not busy with it: what Holdup does not know. Never hidden. */
  'unattributed',
] as const;

export type Account = (typeof ACCOUNTS)[number];
