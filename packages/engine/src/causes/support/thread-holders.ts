import type { Holder, RequestId } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy, type Located, sumOf } from './located.ts';
import { Windows } from './windows.ts';

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

/** Who had the threads of libuv's pool meanwhile, the most thread time first. */
export function threadHolders(late: Case, queued: readonly Located[]): ThreadHolder[] {
  const windows = new Windows(queued.flatMap((item) => item.windows));
  const { jobs, lookups } = late.index.threadPool;
  const held = [
    ...jobs.map(({ job, running }) => ({ call: job.call, holder: job.holder, spans: running })),
    ...lookups.map(({ lookup, runs, end }) => ({
      call: `dns.lookup of ${lookup.host}`,
      holder: lookup.holder,
      spans: [{ start: runs, end }],
    })),
  ].flatMap(({ call, holder, spans }) => {
    const ns = spans.reduce((sum, { start, end }) => sum + windows.overlap(start, end), 0);
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

function routeOf(holder: Holder | undefined): string {
  return holder?.route ?? 'unknown';
}
