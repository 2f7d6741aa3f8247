import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProtocol, Sample } from '../processes/app.ts';
import type { LoadOrder, LoadReport } from '../processes/load.ts';
import { Child } from './child.ts';
import type { Stage } from './stage.ts';
import type { Variant } from './variants.ts';

/** The service under test, running as one variant. */
export interface Service {
  readonly variant: Variant;
  readonly child: Child<AppProtocol>;
}

export interface Window extends LoadTarget {
  readonly ms: number;
}

/** An order for the load generator but for the port, which is the service's. */
export type LoadTarget = Omit<LoadOrder, 'port'>;

/** The service answered wrongly or not at all: numbers from such a run would say nothing. */
class LoadError extends Error {
  readonly code = 'BENCH_LOAD_FAILED';
}

/** What one service used in one window. */
export interface WindowResult {
  /** CPU time of all its threads per request, µs. */
  readonly cpuUsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly rssBytes: number;
  /** Of the requests of the window, microseconds. */
  readonly latencyUs: LoadReport['latencyUs'];
  readonly from: Sample;
  readonly to: Sample;
}

/** Milliseconds of load before a window opens: connections are made, timers of an idle process have gone. */
const SETTLE_MS = 200;

export async function startService(
  stage: Stage,
  variant: Variant,
  nodePath: string,
  execArgv: readonly string[] = [],
): Promise<Service> {
  const child = await Child.start<AppProtocol>('app', {
    nodePath,
    execArgv: [...execArgv, ...variant.execArgv],
    env: {
      ...variant.env,
      BENCH_DATABASE: stage.database.url,
      BENCH_UPSTREAM: `http://127.0.0.1:${stage.upstream.port}`,
    },
  });
  return { variant, child };
}

/**
 * Loads the service and reads its own counters at both ends of the window.
 * @throws LoadError when any request failed.
 */
export async function measureWindow(stage: Stage, service: Service, window: Window): Promise<WindowResult> {
  const { ms, ...load } = window;
  await stage.load.ask('start', { ...load, port: service.child.port });
  let used: Omit<WindowResult, 'latencyUs'>;
  let report: LoadReport;
  try {
    await sleep(SETTLE_MS);
    await stage.load.ask('lap', null);
    const from = await takeSample(service);
    await sleep(ms);
    used = compareSamples(from, await takeSample(service));
  } finally {
    report = await stage.load.ask('stop', null);
    checkLoad(service, report);
  }
  return { ...used, latencyUs: report.latencyUs };
}

/**
 * Sends that many requests as fast as they are answered.
 * @throws LoadError when any failed.
 */
export async function sendRequests(
  stage: Stage,
  service: Service,
  load: LoadTarget & { readonly requests: number },
): Promise<void> {
  await stage.load.ask('start', { ...load, port: service.child.port });
  checkLoad(service, await stage.load.ask('finish', null));
}

/** What the service has used so far; with `collect` after a full garbage collection. */
export function takeSample(service: Service, collect = false): Promise<Sample> {
  return service.child.ask('sample', { collect });
}

function compareSamples(from: Sample, to: Sample): Omit<WindowResult, 'latencyUs'> {
  const requests = to.served - from.served;
  return {
    cpuUsPerRequest: (to.cpuUs - from.cpuUs) / requests,
    requestsPerSecond: requests / ((to.at - from.at) / 1e9),
    requests,
    rssBytes: to.rssBytes,
    from,
    to,
  };
}

function checkLoad({ variant, child }: Service, report: LoadReport): void {
  if (report.failed === 0) return;
  throw new LoadError(`${variant.name}: ${report.failed} requests failed: ${report.error ?? ''}${child.lastWords}`);
}
