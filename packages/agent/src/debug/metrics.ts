import type { Answer } from './answer.ts';
import type { Reading, Route, Vitals } from './route.ts';
import type { CountersWire } from './wire.ts';

/** The text format that every Prometheus reads; OpenMetrics for those that ask for it. */
const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export const metricsRoute: Route = {
  path: '/debug/holdup/metrics',
  title: 'Prometheus / OpenMetrics',
  async handle(_query, site): Promise<Answer> {
    const reading = await site.evaluate('counters');
    const isOpen = prefersOpen(site.accept);
    return { status: 200, type: isOpen ? OPEN : PLAIN, body: writeMetrics(reading, site.vitals(), isOpen) };
  },
};

/** By the weights of the `Accept` header: Prometheus asks for several formats in order of preference, with `q=0` for never. */
function prefersOpen(accept: string): boolean {
  const open = weightOf(accept, 'application/openmetrics-text');
  return open > 0 && open >= weightOf(accept, 'text/plain');
}

/** 0: it is not named, or not wanted. */
function weightOf(accept: string, type: string): number {
  const weights = accept.split(',').flatMap((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length) ?? '1';
    return [Number(q) || 0];
  });
  return Math.max(0, ...weights);
}

type Labels = Readonly<Record<string, string>>;

/** Value, labels, and of OpenMetrics the exemplar: the request to look at. */
type Sample = readonly [value: number, labels?: Labels, exemplar?: { readonly traceId: string; readonly at: number }];

/** One family a call: OpenMetrics wants their samples together. */
class Exposition {
  readonly #lines: string[] = [];
  readonly #isOpen: boolean;

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  /** @param name without `_total` */
  counter(name: string, help: string, samples: readonly Sample[]): void {
    this.#family(this.#isOpen ? name : `${name}_total`, 'counter', help);
    for (const sample of samples) this.#sample(`${name}_total`, sample);
  }

  gauge(name: string, help: string, samples: readonly Sample[]): void {
    this.#family(name, 'gauge', help);
    for (const sample of samples) this.#sample(name, sample);
  }

  toString(): string {
    return `${[...this.#lines, ...(this.#isOpen ? ['# EOF'] : [])].join('\n')}\n`;
  }

  #family(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  }

  #sample(name: string, [value, labels = {}, exemplar]: Sample): void {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    const one =
      this.#isOpen && exemplar !== undefined
        ? ` # {trace_id="${escapeLabel(exemplar.traceId)}"} 1 ${exemplar.at / 1_000}`
        : '';
    this.#lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join()}}`} ${value}${one}`);
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** What the main thread did not say is left out: an old number would look like one of now. */
function writeMetrics(reading: Reading, vitals: Vitals, isOpen: boolean): string {
  const out = new Exposition(isOpen);
  out.gauge(
    'holdup_main_thread_answered',
    '1: it said what follows; 0: it could not be asked, and its metrics are missing.',
    [[reading.kind === 'fresh' ? 1 : 0]],
  );
  out.gauge('holdup_loop_silent_seconds', 'Since the main thread last went through its event loop.', [
    [vitals.silentMs / 1_000],
  ]);
  out.gauge('holdup_loop_blocked', 'Whether that is longer than a healthy loop takes.', [[vitals.blocked ? 1 : 0]]);
  out.gauge('holdup_requests_in_flight', 'Requests in flight as of the last turn of the loop.', [[vitals.inFlight]]);
  if (reading.kind === 'fresh') {
    // What the reader `counters` returns.
    const value = reading.value as CountersWire;
    writeRequests(out, value);
    writeLoop(out, value.loop);
    writePools(out, value.pools);
  }
  writeProcess(out);
  return out.toString();
}

function writeRequests(out: Exposition, { requests, late, skipped }: CountersWire): void {
  out.counter('holdup_requests', 'Requests that began.', [[requests]]);
  out.counter(
    'holdup_late_requests',
    'Late requests that were diagnosed, by what held them up.',
    late.map(({ route, cause, count, traceId, at }) => [count, { route, cause }, { traceId, at }] as const),
  );
  out.counter('holdup_late_requests_undiagnosed', 'Late requests that were only counted, to stay cheap.', [[skipped]]);
}

function writeLoop(out: Exposition, loop: CountersWire['loop']): void {
  out.counter('holdup_loop_blocks', 'Synchronous runs long enough that others noticed.', [[loop.blockCount]]);
  out.counter('holdup_loop_blocked_seconds', 'Time in them.', [[loop.blockMs / 1_000]]);
  out.counter('holdup_loop_active_seconds', 'Time the event loop ran.', [[loop.busyMs / 1_000]]);
  out.counter('holdup_loop_idle_seconds', 'Time the event loop waited.', [[loop.idleMs / 1_000]]);
  out.counter('holdup_gc_pauses', 'Collections of 0.5 ms and more.', [[loop.gcCount]]);
  out.counter('holdup_gc_pause_seconds', 'Time in them.', [[loop.gcMs / 1_000]]);
}

function writePools(out: Exposition, pools: CountersWire['pools']): void {
  const gauge = (name: string, help: string, of: (pool: (typeof pools)[number]) => number | null) => {
    const samples = [...merge(pools, of)].map(([key, value]) => {
      const [pool = '', kind = ''] = key.split('\0');
      return [value, { pool, kind }] as const;
    });
    out.gauge(name, help, samples);
  };
  gauge('holdup_pool_capacity', 'Places there are, where there is a limit.', ({ capacity }) => capacity);
  gauge('holdup_pool_in_use', 'Places taken.', ({ inUse }) => inUse);
  gauge('holdup_pool_waiting', 'Requests that wait for a place.', ({ waiting }) => waiting);
}

/** Locks of one name are many: a series may come once only. */
function merge(
  pools: CountersWire['pools'],
  of: (pool: CountersWire['pools'][number]) => number | null,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const pool of pools) {
    const value = of(pool);
    const key = `${pool.name}\0${pool.kind}`;
    if (value !== null) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

/** Of the whole process, under the names every client library has. */
function writeProcess(out: Exposition): void {
  const { user, system } = process.cpuUsage();
  out.counter('process_cpu_seconds', 'CPU time used by the process.', [[(user + system) / 1e6]]);
  out.gauge('process_resident_memory_bytes', 'Resident memory.', [[process.memoryUsage.rss()]]);
}
