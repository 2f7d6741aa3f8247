import type { LoopBlock } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';
import { sumOf } from './located.ts';
import type { LoopTime } from './loop-time.ts';
import { Windows } from './windows.ts';

/** With more than this of the blocked time spent off the CPU, no code of this process can be blamed for it. */
const STARVED_SHARE = 0.5;
/** Synchronous work uses the CPU for nearly all of its time. Half leaves room for a machine that is merely busy. */
const LEAST_CPU_SHARE = 0.5;
/** Work of its own below this of the wall time does not make a verdict, see `rank`: then the machine is what is to be told. */
const LEAST_OWN_SHARE = 0.35;
/** Calls that really hold the thread without using the CPU: files, child processes, `Atomics.wait`, a full pipe under `console.log`. */
const SLEEPING_MODULES = [
  'fs',
  'child_process',
  'crypto',
  'zlib',
  'worker',
  'console',
  'tty',
  'net',
  'stream_base_commons',
];

/** Begins what is missing where the machine, and no code of this process, was in the way. */
export const WHO_ELSE = 'who else used the machine';

/** What is missing to say more when the machine gave this process no turn; undefined when it did. */
export function starvedText(late: Case, time: LoopTime): string | undefined {
  const { ns: starved, queued } = starvedBlocks(late, time);
  if (starved > STARVED_SHARE * (time.blocked + time.busy)) {
    if (isLateAnyway(late, time, queued)) return undefined;
    if (queued >= STARVED_SHARE * starved) return describeQueued(late, starved, queued);
    return describeStarved(
      late,
      starved,
      time.blocks.reduce((sum, { block }) => sum + (block.cpu ?? 0), 0),
    );
  }
  const busy = busyTime(late, time);
  const cpu = cpuOf(late);
  return cpu !== undefined && cpu < LEAST_CPU_SHARE * busy ? describeStarved(late, busy, cpu) : undefined;
}

/** Of the loop's time, what is the machine's rather than this process's own: it had no processor. */
export function withoutProcessor(late: Case, time: LoopTime): number {
  const { ns: starved, queued } = starvedBlocks(late, time);
  return starved > STARVED_SHARE * (time.blocked + time.busy) ? Math.min(queued, starved) : 0;
}

function starvedBlocks(late: Case, time: LoopTime) {
  const blocks = time.blocks.filter(({ block }) => isStarved(late, block));
  return { ns: sumOf(blocks), queued: blocks.reduce((sum, { block }) => sum + (block.queued ?? 0), 0) };
}

/** With a processor at hand all the time it would have been late still: its own work is enough. */
function isLateAnyway({ request, ledger }: Case, { blocked, busy }: LoopTime, queued: number): boolean {
  if (request.deadline === undefined || queued === 0) return false;
  return ledger.wall - queued > request.deadline.budget && blocked + busy - queued >= LEAST_OWN_SHARE * ledger.wall;
}

/** When the loop was in the way, without calls that may have slept. */
function busyTime(late: Case, { windows, blocks }: LoopTime): number {
  const asleep = blocks.filter(({ block }) => block.native === true || maySleep(block.stack?.[0]?.file ?? ''));
  const inTheWay = new Windows(windows);
  const slept = asleep.map(({ block }) => inTheWay.overlap(block.start, block.end ?? late.recording.now));
  return slept.reduce((left, ns) => left - ns, inTheWay.length);
}

/** CPU time this process had while the request was there, at most; undefined when that was not watched. */
function cpuOf({ request, recording }: Case): number | undefined {
  const { cpu = [] } = recording.loop;
  const end = request.end ?? recording.now;
  const before = cpu.findLast(({ at }) => at <= request.start);
  const after = cpu.find(({ at }) => at >= end) ?? cpu.at(-1);
  if (before === undefined || after === undefined || after.at <= before.at) return undefined;
  return after.used - before.used + Math.max(0, end - after.at);
}

function describeQueued(late: Case, starved: number, queued: number): string {
  return `${WHO_ELSE}: ${late.request.route} was held up for ${formatMs(starved)} in blocks in which this process was ready to run and had no processor for ${formatMs(queued)}`;
}

function describeStarved(late: Case, starved: number, cpu: number): string {
  return `${WHO_ELSE}: ${late.request.route} was held up for ${formatMs(starved)} in which this process got ${formatMs(cpu)} of CPU, so it was not its own work`;
}

/**
 * The thread was ready to run and the machine gave it no turn: no code of its own was what took so long. Where the system says
 * so itself, that holds for native calls too; else low CPU time may be a call that slept.
 */
function isStarved({ recording }: Case, { start, end, cpu, queued, native, stack }: LoopBlock): boolean {
  if (queued !== undefined && queued >= STARVED_SHARE * ((end ?? recording.now) - start)) return true;
  if (cpu === undefined || end === undefined || native === true) return false;
  return cpu < LEAST_CPU_SHARE * (end - start) && !maySleep(stack?.[0]?.file ?? '');
}

function maySleep(file: string): boolean {
  if (file === 'native') return true;
  return SLEEPING_MODULES.some((name) => file.startsWith(`node:${name}`) || file.startsWith(`node:internal/${name}`));
}
