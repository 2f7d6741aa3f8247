import { sendRequests, startService, takeSample } from '../harness/service.ts';
import type { Stage } from '../harness/stage.ts';
import type { Variant } from '../harness/variants.ts';
import type { Sample } from '../processes/app.ts';

export interface MemoryPoint {
  readonly requests: number;
  readonly heapMb: number;
  readonly externalMb: number;
  readonly rssMb: number;
}

export interface Growth {
  readonly requests: number;
  /** After a full collection, last minus first: the first after the warm-up. */
  readonly heapGrowthMb: number;
  readonly externalGrowthMb: number;
  readonly rssGrowthMb: number;
  /** After the last request and a full collection; most of it is V8's young generation, which load makes large. */
  readonly busyRssMb: number;
  /** Slope of the heap by least squares over all points, bytes per request: a leak of one object shows as its size. */
  readonly heapBytesPerRequest: number;
}

export const BYTES_PER_MB = 1_000_000;
/** Both variants have optimised their code and filled what is bounded. */
const WARM_UP_REQUESTS = 20_000;
const POINTS = 10;
const CONNECTIONS = 16;

export interface GrowthOptions {
  /** After the warm-up. */
  readonly requests: number;
  readonly workload: string;
  readonly progress: (line: string) => void;
}

/** Sends the requests in equal parts and looks at the memory after each, collected. */
export async function watchGrowth(
  stage: Stage,
  variant: Variant,
  nodePath: string,
  options: GrowthOptions,
): Promise<readonly MemoryPoint[]> {
  const service = await startService(stage, variant, nodePath, ['--expose-gc']);
  const send = (requests: number) =>
    sendRequests(stage, service, { path: `/${options.workload}`, connections: CONNECTIONS, requests });
  await send(WARM_UP_REQUESTS);
  const first = await takeSample(service, true);
  const points = [pointOf(first, first)];
  for (let i = 1; i <= POINTS; i++) {
    await send(Math.ceil(options.requests / POINTS));
    const point = pointOf(first, await takeSample(service, true));
    points.push(point);
    options.progress(
      `${point.requests} of ${options.requests} requests, heap ${point.heapMb} MB, RSS ${point.rssMb} MB`,
    );
  }
  await service.child.stop();
  return points;
}

function pointOf(first: Sample, now: Sample): MemoryPoint {
  return {
    requests: now.served - first.served,
    heapMb: roundMb(now.heapBytes / BYTES_PER_MB),
    externalMb: roundMb(now.externalBytes / BYTES_PER_MB),
    rssMb: roundMb(now.rssBytes / BYTES_PER_MB),
  };
}

export function describeGrowth(points: readonly MemoryPoint[]): Growth {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) throw new RangeError('no points');
  return {
    requests: last.requests,
    heapGrowthMb: roundMb(last.heapMb - first.heapMb),
    externalGrowthMb: roundMb(last.externalMb - first.externalMb),
    rssGrowthMb: roundMb(last.rssMb - first.rssMb),
    busyRssMb: last.rssMb,
    heapBytesPerRequest: roundMb(slope(points.map(({ requests, heapMb }) => [requests, heapMb * BYTES_PER_MB]))),
  };
}

/** Of the line through the points with the least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

export function roundMb(value: number): number {
  return Number(value.toFixed(2));
}
