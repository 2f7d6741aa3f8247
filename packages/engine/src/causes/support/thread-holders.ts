import type { Holder, RequestId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy, type Located, sumOf } from './located.ts';
import { type Window, Windows } from './windows.ts';

/** Thread time of one sort of call of one route, while somebody queued for a thread. */
export interface ThreadHolder {
  readonly route: string;
  /** `crypto.pbkdf2`, `dns.lookup of api.example` */
  readonly call: string;
  /** Nanoseconds of thread time: four threads have four a nanosecond. */
  readonly ns: number;
  readonly count: number;
  /** One of those requests. */
  readonly requestId?: RequestId;
}

/**
 * Who had the threads of libuv's pool meanwhile, the most thread time first.
 * @param backlog waits behind lookups that jobs had held up: of those only jobs are holders, from when it built up
 */
export function threadHolders(late: Case, queued: readonly Located[], backlog: readonly Located[]): ThreadHolder[] {
  const waits = queued.flatMap((item) => item.windows);
  const windows = new Windows(waits);
  const jobWindows = new Windows([...waits, ...backlog.flatMap((item) => builtUpIn(late, item))]);
  const { jobs, lookups } = late.index.threadPool;
  const held = [
    ...jobs.map(({ job, running }) => ({ call: job.call, holder: job.holder, spans: running, within: jobWindows })),
    ...lookups.map(({ lookup, runs, end }) => ({
      call: `dns.lookup of ${lookup.host}`,
      holder: lookup.holder,
      spans: [{ start: runs, end }],
      within: windows,
    })),
  ].flatMap(({ call, holder, spans, within }) => {
    const ns = spans.reduce((sum, { start, end }) => sum + within.overlap(start, end), 0);
    return ns > 0 ? [{ call, route: routeOf(holder), requestId: holder?.requestId, ns }] : [];
  });
  return [...groupBy(held, ({ route, call }) => `${route}\n${call}`).values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { route, call, requestId } = first;
      const some = requestId === undefined ? {} : { requestId };
      return [{ route, call, ns: sumOf(group), count: group.length, ...some }];
    })
    .sort((a, b) => b.ns - a.ns || (`${a.route} ${a.call}` < `${b.route} ${b.call}` ? -1 : 1));
}

function builtUpIn(late: Case, { windows }: Located): Window[] {
  return windows.map(({ start, end }) => ({ start: late.index.threadPool.busyWithLookupsSince(start), end }));
}

function routeOf(holder: Holder | undefined): string {
  return holder?.route ?? 'unknown';
}
