import { behindPoolDns } from '../faults/behind-pool-dns/declaration.ts';
import { behindPoolLock } from '../faults/behind-pool-lock/declaration.ts';
import { behindPoolTls } from '../faults/behind-pool-tls/declaration.ts';
import { bodyTrickleJson } from '../faults/body-trickle-json/declaration.ts';
import { bodyTrickleProxy } from '../faults/body-trickle-proxy/declaration.ts';
import { budgetGrpc } from '../faults/budget-grpc/declaration.ts';
import { budgetHeader } from '../faults/budget-header/declaration.ts';
import { cancelPoolWait } from '../faults/cancel-pool-wait/declaration.ts';
import { cancelUpstream } from '../faults/cancel-upstream/declaration.ts';
import { connectCapHttp } from '../faults/connect-cap-http/declaration.ts';
import { connectCapUndici } from '../faults/connect-cap-undici/declaration.ts';
import { connectDbClient } from '../faults/connect-db-client/declaration.ts';
import { connectDbPool } from '../faults/connect-db-pool/declaration.ts';
import { connectStallAxios } from '../faults/connect-stall-axios/declaration.ts';
import { connectStallFetch } from '../faults/connect-stall-fetch/declaration.ts';
import { deadlineFetch } from '../faults/deadline-fetch/declaration.ts';
import { deadlineUndici } from '../faults/deadline-undici/declaration.ts';
import { deadlockKnex } from '../faults/deadlock-knex/declaration.ts';
import { deadlockNested } from '../faults/deadlock-nested/declaration.ts';
import { deadlockPoolOne } from '../faults/deadlock-pool-one/declaration.ts';
import { dnsCares } from '../faults/dns-cares/declaration.ts';
import { dnsGetaddrinfo } from '../faults/dns-getaddrinfo/declaration.ts';
import { dnsQueue } from '../faults/dns-queue/declaration.ts';
import { gcForced } from '../faults/gc-forced/declaration.ts';
import { gcOwn } from '../faults/gc-own/declaration.ts';
import { gcWindows } from '../faults/gc-windows/declaration.ts';
import { inversionAxios } from '../faults/inversion-axios/declaration.ts';
import { inversionRace } from '../faults/inversion-race/declaration.ts';
import { lateTimerFetch } from '../faults/late-timer-fetch/declaration.ts';
import { lateTimerRace } from '../faults/late-timer-race/declaration.ts';
import { leakEarlyReturn } from '../faults/leak-early-return/declaration.ts';
import { leakKnex } from '../faults/leak-knex/declaration.ts';
import { leakNestTypeorm } from '../faults/leak-nest-typeorm/declaration.ts';
import { leakOnError } from '../faults/leak-on-error/declaration.ts';
import { limitShared } from '../faults/limit-shared/declaration.ts';
import { lockBackground } from '../faults/lock-background/declaration.ts';
import { lockCheckout } from '../faults/lock-checkout/declaration.ts';
import { lockDrizzle } from '../faults/lock-drizzle/declaration.ts';
import { lockHotRow } from '../faults/lock-hot-row/declaration.ts';
import { lockOtherColumn } from '../faults/lock-other-column/declaration.ts';
import { lockOutside } from '../faults/lock-outside/declaration.ts';
import { lockParent } from '../faults/lock-parent/declaration.ts';
import { loopExportJson } from '../faults/loop-export-json/declaration.ts';
import { loopOwnRegex } from '../faults/loop-own-regex/declaration.ts';
import { loopOwnRows } from '../faults/loop-own-rows/declaration.ts';
import { loopPbkdf2 } from '../faults/loop-pbkdf2/declaration.ts';
import { mutexHttp } from '../faults/mutex-http/declaration.ts';
import { orphansQuery } from '../faults/orphans-query/declaration.ts';
import { orphansTx } from '../faults/orphans-tx/declaration.ts';
import { poolBackground } from '../faults/pool-background/declaration.ts';
import { poolBurst } from '../faults/pool-burst/declaration.ts';
import { poolKnex } from '../faults/pool-knex/declaration.ts';
import { poolMysql } from '../faults/pool-mysql/declaration.ts';
import { poolNestTypeorm } from '../faults/pool-nest-typeorm/declaration.ts';
import { poolOne } from '../faults/pool-one/declaration.ts';
import { poolSequelize } from '../faults/pool-sequelize/declaration.ts';
import { poolSlowReport } from '../faults/pool-slow-report/declaration.ts';
import { poolTxHttp } from '../faults/pool-tx-http/declaration.ts';
import { queryKnex } from '../faults/query-knex/declaration.ts';
import { queryPlan } from '../faults/query-plan/declaration.ts';
import { queryRedis } from '../faults/query-redis/declaration.ts';
import { queueJobs } from '../faults/queue-jobs/declaration.ts';
import { readerExport } from '../faults/reader-export/declaration.ts';
import { readerStream } from '../faults/reader-stream/declaration.ts';
import { resetAxios } from '../faults/reset-axios/declaration.ts';
import { resetGot } from '../faults/reset-got/declaration.ts';
import { resetUndici } from '../faults/reset-undici/declaration.ts';
import { retryGot } from '../faults/retry-got/declaration.ts';
import { retryLoop } from '../faults/retry-loop/declaration.ts';
import { retryUndici } from '../faults/retry-undici/declaration.ts';
import { rowsDrizzle } from '../faults/rows-drizzle/declaration.ts';
import { rowsKnex } from '../faults/rows-knex/declaration.ts';
import { rowsLoop } from '../faults/rows-loop/declaration.ts';
import { rowsTypeorm } from '../faults/rows-typeorm/declaration.ts';
import { saturatedChunks } from '../faults/saturated-chunks/declaration.ts';
import { saturatedLoad } from '../faults/saturated-load/declaration.ts';
import { saturatedOwn } from '../faults/saturated-own/declaration.ts';
import { serialHosts } from '../faults/serial-hosts/declaration.ts';
import { serialLoop } from '../faults/serial-loop/declaration.ts';
import { serialNestInterceptor } from '../faults/serial-nest-interceptor/declaration.ts';
import { serverTimeoutRequest } from '../faults/server-timeout-request/declaration.ts';
import { serverTimeoutSocket } from '../faults/server-timeout-socket/declaration.ts';
import { socketQueueAxios } from '../faults/socket-queue-axios/declaration.ts';
import { socketQueueUndici } from '../faults/socket-queue-undici/declaration.ts';
import { threadsHashing } from '../faults/threads-hashing/declaration.ts';
import { threadsLookup } from '../faults/threads-lookup/declaration.ts';
import { tlsAxios } from '../faults/tls-axios/declaration.ts';
import { tlsFetch } from '../faults/tls-fetch/declaration.ts';
import { trackedLock } from '../faults/tracked-lock/declaration.ts';
import { twoAtOnce } from '../faults/two-at-once/declaration.ts';
import { twoNameCall } from '../faults/two-name-call/declaration.ts';
import { twoUpstreams } from '../faults/two-upstreams/declaration.ts';
import { uploadJson } from '../faults/upload-json/declaration.ts';
import { uploadStream } from '../faults/upload-stream/declaration.ts';
import { upstreamFanout } from '../faults/upstream-fanout/declaration.ts';
import { upstreamFreshSocket } from '../faults/upstream-fresh-socket/declaration.ts';
import { upstreamKeepalive } from '../faults/upstream-keepalive/declaration.ts';
import { upstreamNestGuard } from '../faults/upstream-nest-guard/declaration.ts';
import { upstreamRace } from '../faults/upstream-race/declaration.ts';
import { upstreamRetries } from '../faults/upstream-retries/declaration.ts';
import { workersOwn } from '../faults/workers-own/declaration.ts';
import { workersPiscina } from '../faults/workers-piscina/declaration.ts';
import type { Declaration } from './declaration.ts';

/** One line per fault. The order decides which seed plays which fault. */
export const DECLARATIONS: readonly [Declaration, ...Declaration[]] = [
  behindPoolDns,
  behindPoolLock,
  behindPoolTls,
  bodyTrickleJson,
  bodyTrickleProxy,
  budgetGrpc,
  budgetHeader,
  cancelPoolWait,
  cancelUpstream,
  connectCapHttp,
  connectCapUndici,
  connectDbClient,
  connectDbPool,
  connectStallAxios,
  connectStallFetch,
  deadlineFetch,
  deadlineUndici,
  deadlockKnex,
  deadlockNested,
  deadlockPoolOne,
  dnsCares,
  dnsGetaddrinfo,
  dnsQueue,
  gcForced,
  gcOwn,
  gcWindows,
  inversionAxios,
  inversionRace,
  lateTimerFetch,
  lateTimerRace,
  leakEarlyReturn,
  leakKnex,
  leakNestTypeorm,
  leakOnError,
  limitShared,
  lockBackground,
  lockCheckout,
  lockDrizzle,
  lockHotRow,
  lockOtherColumn,
  lockOutside,
  lockParent,
  loopExportJson,
  loopOwnRegex,
  loopOwnRows,
  loopPbkdf2,
  mutexHttp,
  orphansQuery,
  orphansTx,
  poolBackground,
  poolBurst,
  poolKnex,
  poolMysql,
  poolNestTypeorm,
  poolOne,
  poolSequelize,
  poolSlowReport,
  poolTxHttp,
  queryKnex,
  queryPlan,
  queryRedis,
  queueJobs,
  readerExport,
  readerStream,
  resetAxios,
  resetGot,
  resetUndici,
  retryGot,
  retryLoop,
  retryUndici,
  rowsDrizzle,
  rowsKnex,
  rowsLoop,
  rowsTypeorm,
  saturatedChunks,
  saturatedLoad,
  saturatedOwn,
  serialHosts,
  serialLoop,
  serialNestInterceptor,
  serverTimeoutRequest,
  serverTimeoutSocket,
  socketQueueAxios,
  socketQueueUndici,
  threadsHashing,
  threadsLookup,
  tlsAxios,
  tlsFetch,
  trackedLock,
  twoAtOnce,
  twoNameCall,
  twoUpstreams,
  uploadJson,
  uploadStream,
  upstreamFanout,
  upstreamFreshSocket,
  upstreamKeepalive,
  upstreamNestGuard,
  upstreamRace,
  upstreamRetries,
  workersOwn,
  workersPiscina,
];
