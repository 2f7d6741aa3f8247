import { OPEN } from '../../clock.ts';
import { routeOf } from '../../recorder/route.ts';
import type { BlockRecord } from '../../recorder/shared-records.ts';
import type { BlockWire, LoopWire } from '../wire.ts';
import { nameOf, type ReaderScene, readRunning, round, type TakeStack } from './scene.ts';

const MAX_BLOCKS = 50;
const MAX_GC = 20;

const NS_PER_MS = 1e6;

export function readLoop(scene: ReaderScene, takeStack: TakeStack): LoopWire {
  const { flight } = scene;
  const epoch = (ms: number) => Math.round(performance.timeOrigin + ms);
  return {
    at: Date.now(),
    running: readRunning(scene, takeStack),
    ...readLoopCounters(scene),
    blocks: [...flight.blocks]
      .slice(-MAX_BLOCKS)
      .reverse()
      .map((block) => toWire(block, epoch)),
    lastGc: [...flight.gc]
      .slice(-MAX_GC)
      .reverse()
      .map(({ start, end, kind }) => {
        return { startedAt: epoch(start / NS_PER_MS), ms: round((end - start) / NS_PER_MS), kind };
      }),
  };
}

/** Sums since the process began. */
export function readLoopCounters({ flight }: ReaderScene) {
  const idle = flight.idle.peek();
  const { loopStart } = performance.nodeTiming;
  return {
    blockCount: flight.sums.blockCount,
    blockMs: round(flight.sums.blockMs),
    gcCount: flight.sums.gcCount,
    gcMs: round(flight.sums.gcMs),
    idleMs: round(idle),
    busyMs: round(loopStart < 0 ? 0 : performance.now() - loopStart - idle),
  };
}

function toWire({ start, end, cpu, native, owner, stack }: BlockRecord, epoch: (ms: number) => number): BlockWire {
  const startMs = start / NS_PER_MS;
  return {
    startedAt: epoch(startMs),
    ms: end === undefined ? OPEN : round(end / NS_PER_MS - startMs),
    ...(cpu === undefined ? {} : { cpuMs: round(cpu / NS_PER_MS) }),
    native: native === true,
    ...(owner === undefined ? {} : { request: nameOf(owner), route: routeOf(owner) }),
    stack: stack ?? null,
  };
}
