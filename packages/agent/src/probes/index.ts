import { gcProbe } from './gc.ts';
import { httpServerProbe } from './http-server.ts';
import { http2ServerProbe } from './http2-server.ts';
import { koaProbe } from './koa.ts';
import { locksProbe } from './locks/locks.ts';
import { mongodbProbe } from './mongodb/mongodb.ts';
import { mysqlProbe } from './mysql/mysql.ts';
import { outgoingProbe } from './outgoing/outgoing.ts';
import { partsProbe } from './parts.ts';
import { pgProbe } from './pg/pg.ts';
import type { Probe } from './probe.ts';
import { redisProbe } from './redis/redis.ts';
import { threadPoolProbe } from './thread-pool/thread-pool.ts';
import { timersProbe } from './timers.ts';
import { workersProbe } from './workers/workers.ts';

/** Every probe that needs nothing but the kit. A new one is one line here. */
export const PROBES: readonly Probe[] = [
  httpServerProbe,
  http2ServerProbe,
  koaProbe,
  outgoingProbe,
  pgProbe,
  mysqlProbe,
  mongodbProbe,
  redisProbe,
  locksProbe,
  workersProbe,
  timersProbe,
  threadPoolProbe,
  gcProbe,
  partsProbe,
];
