import type { ProfileSlice } from '@holdup/model';
import { OPEN } from '../clock.ts';
import type { FrameRow, WaitPart } from '../deep/rows.ts';
import { isOwnFile, shownFile } from '../host-files.ts';
import type { OpRecord } from '../recorder/op-record.ts';
import type { WaitStack } from './like-waits.ts';

/** Stacks shown of each sort, and frames of each: a verdict is a line in a log. */
const MAX_STACKS = 5;
const MAX_FRAMES = 12;

/** Waits of a request that are asked for their stack: some microseconds each. */
const MAX_OPS = 100;

/** One sample of the event loop, with whom it was for. */
export interface SeenSample {
  readonly at: number;
  readonly ms: number;
  readonly request: number;
  /** Innermost first. */
  readonly frames: readonly FrameRow[];
}

export interface SliceSource {
  /** The watched time, ms. */
  readonly from: number;
  readonly to: number;
  readonly intervalMs: number;
  readonly samples: readonly SeenSample[];
  routeOf(request: number): string | undefined;
  partsOf(op: OpRecord): readonly WaitPart[];
  stackOf(op: OpRecord): WaitStack | undefined;
}

interface Sliced {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly ops: readonly OpRecord[];
}

/** @returns undefined when nothing of the request's time was watched */
export function sliceOf(request: Sliced, source: SliceSource): ProfileSlice | undefined {
  const from = Math.max(request.start, source.from);
  const to = Math.min(request.end === OPEN ? source.to : request.end, source.to);
  if (to <= from) return undefined;
  return {
    fromMs: round(from - request.start),
    toMs: round(to - request.start),
    intervalMs: source.intervalMs,
    cpu: cpuStacks(request.number, source, from, to),
    waits: waitStacks(request, source, from, to),
  };
}

function cpuStacks(own: number, source: SliceSource, from: number, to: number): ProfileSlice['cpu'] {
  const sums = new Map<
    string,
    { -readonly [K in keyof ProfileSlice['cpu'][number]]: ProfileSlice['cpu'][number][K] }
  >();
  for (const { at, ms, request, frames } of source.samples) {
    if (at < from || at >= to) continue;
    const stack = shownStack(frames);
    const route = source.routeOf(request);
    const isOwn = request === own;
    const key = `${isOwn} ${route} ${stack.join('\n')}`;
    const sum = sums.get(key);
    if (sum !== undefined) sum.ms += ms;
    else sums.set(key, { ms, ...(route === undefined ? {} : { route }), ...(isOwn ? { own: true } : {}), stack });
  }
  return largest([...sums.values()]);
}

function waitStacks({ ops }: Sliced, source: SliceSource, from: number, to: number): ProfileSlice['waits'] {
  const sums = new Map<
    string,
    { -readonly [K in keyof ProfileSlice['waits'][number]]: ProfileSlice['waits'][number][K] }
  >();
  for (const op of longest(ops, from, to)) {
    const taken = source.stackOf(op);
    if (taken === undefined) continue;
    const { frames, isOfAnother } = taken;
    const stack = shownStack(frames);
    for (const [account, start, end] of source.partsOf(op)) {
      const ms = Math.min(end, to) - Math.max(start, from);
      if (ms <= 0) continue;
      const key = `${isOfAnother} ${account} ${stack.join('\n')}`;
      const sum = sums.get(key);
      if (sum !== undefined) sum.ms += ms;
      else sums.set(key, { ms, account, ...(isOfAnother ? { ofAnother: true } : {}), stack });
    }
  }
  return largest([...sums.values()]);
}

/** A request may have thousands. */
function longest(ops: readonly OpRecord[], from: number, to: number): readonly OpRecord[] {
  if (ops.length <= MAX_OPS) return ops;
  const msOf = ({ start, end }: OpRecord) => Math.min(end === OPEN ? to : end, to) - Math.max(start, from);
  return [...ops].sort((a, b) => msOf(b) - msOf(a)).slice(0, MAX_OPS);
}

function largest<T extends { readonly ms: number }>(stacks: readonly T[]): T[] {
  const sorted = [...stacks].sort((a, b) => b.ms - a.ms).slice(0, MAX_STACKS);
  return sorted.map((stack) => ({ ...stack, ms: round(stack.ms) }));
}

/** The agent's own work, whatever it was. */
const OWN_WORK = ['(holdup)'];

/**
 * Without the agent's frames, unless it was at work itself, and without the runtime's where there are others: they say little in
 * a dozen.
 */
function shownStack(frames: readonly FrameRow[]): string[] {
  const coded = frames.filter(([, file]) => file !== '' && !file.startsWith('node:'));
  const [innermost] = coded;
  if (innermost !== undefined && isOwnFile(innermost[1])) return OWN_WORK;
  const host = coded.filter(([, file]) => !isOwnFile(file));
  const shown = host.length === 0 ? frames : host;
  return shown
    .slice(0, MAX_FRAMES)
    .map(([name, file, line]) => (file === '' ? name : `${name} (${shownFile(file)}:${line})`));
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
