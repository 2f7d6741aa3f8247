import { type FrameFacts, type Label, type Profile, ProfileBuilder } from '@holdup/profile';
import { type Owner, Owners } from './owners.ts';
import type { Sources } from './source-maps.ts';
import { labelsOf, moduleOf, nameOf } from './stack-frames.ts';
import type { CpuNode, V8CpuProfile } from './v8-types.ts';
import type { WindowData } from './window-data.ts';

const NS_PER_MS = 1e6;
const NS_PER_US = 1_000;

/** Nothing ran. What V8 calls `(root)` is above every stack and says nothing. */
const IDLE = '(idle)';
const ROOT = '(root)';

/** One look of V8's sampler at the main thread. */
export interface CpuSample {
  readonly node: number;
  /** Milliseconds of the main thread's clock. */
  readonly at: number;
  /** Until the next look. */
  readonly ms: number;
  readonly owner: Owner;
}

/**
 * Intervals a sample may stand for. Where the next look came later, the machine gave one of the two threads no turn: what was seen
 * before that is no more likely to have run than what else was seen.
 */
const MOST_INTERVALS = 2;

/**
 * The samples of a profile, idle ones left out, each with the request whose turn it was. A profiler that is late (a machine with
 * too few cores) stands for longer than the thread ran: then all are shortened so that they sum to the CPU time used. What late looks
 * stand for beyond {@link MOST_INTERVALS} is shared by all.
 */
export function cpuSamples(v8: V8CpuProfile, data: WindowData, intervalUs: number): CpuSample[] {
  const mostMs = (MOST_INTERVALS * intervalUs) / 1_000;
  const idle = new Set(v8.nodes.filter(({ callFrame }) => callFrame.functionName === IDLE).map(({ id }) => id));
  const owners = new Owners(v8.nodes, data);
  const samples: CpuSample[] = [];
  let seenMs = 0;
  const { samples: nodes = [], timeDeltas = [] } = v8;
  let us = v8.startTime;
  nodes.forEach((node, index) => {
    us += timeDeltas[index] ?? 0;
    const nextUs = index + 1 < nodes.length ? us + (timeDeltas[index + 1] ?? 0) : Math.max(us, v8.endTime);
    const at = us / NS_PER_US - data.toHrMs;
    // V8 gives deltas below zero where its two clocks disagree.
    if (idle.has(node)) return;
    const ms = Math.max(0, nextUs - us) / 1_000;
    seenMs += ms;
    samples.push({ node, at, ms: Math.min(ms, mostMs), owner: owners.of(node, at) });
  });
  const total = samples.reduce((sum, { ms }) => sum + ms, 0);
  const share = total > 0 ? Math.min(seenMs, data.cpuMs) / total : 1;
  return share === 1 ? samples : samples.map((sample) => ({ ...sample, ms: sample.ms * share }));
}

/** Puts the stacks of a V8 profile into a profile that is being built. */
export class V8Stacks {
  readonly #builder: ProfileBuilder;
  readonly #nodes = new Map<number, { readonly node: CpuNode; readonly parent: CpuNode | undefined }>();
  readonly #stacks = new Map<number, number>();
  readonly #maps: Sources;

  constructor(builder: ProfileBuilder, nodes: readonly CpuNode[], maps: Sources) {
    this.#builder = builder;
    this.#maps = maps;
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) this.#nodes.set(node.id, { node, parent: undefined });
    for (const parent of nodes) {
      for (const child of parent.children ?? []) {
        const node = byId.get(child);
        if (node !== undefined) this.#nodes.set(child, { node, parent });
      }
    }
  }

  stackOf(id: number): number {
    const known = this.#stacks.get(id);
    if (known !== undefined) return known;
    // From the outermost inwards, without recursion: stacks are as deep as the program likes.
    const path: CpuNode[] = [];
    for (let at = this.#nodes.get(id); at !== undefined; at = at.parent && this.#nodes.get(at.parent.id))
      path.push(at.node);
    let stack = -1;
    for (const node of path.reverse()) {
      if (node.callFrame.functionName !== ROOT)
        stack = this.#builder.stack(stack, this.#builder.frame(this.#frameOf(node)));
      this.#stacks.set(node.id, stack);
    }
    return stack;
  }

  #frameOf({ callFrame, positionTicks }: CpuNode): FrameFacts {
    const { functionName, url, lineNumber, columnNumber } = callFrame;
    if (url === '') return { name: nameOf(functionName) };
    const start = this.#maps.original(url, lineNumber + 1, columnNumber + 1, functionName);
    const name = nameOf(start.name ?? functionName);
    const hot = positionTicks?.reduce((a, b) => (b.ticks > a.ticks ? b : a));
    const line = this.#hotLine(url, lineNumber + 1, hot?.line, start.file) ?? start.line;
    const file = start.file.startsWith('data:') ? 'data:…' : start.file;
    return { name, file, line, startLine: start.line, module: moduleOf(file) };
  }

  /** V8 tells no columns: of a function on one line, as in a minified file, it is only known where it begins. */
  #hotLine(url: string, startLine: number, line: number | undefined, file: string): number | undefined {
    if (line === undefined || line === startLine) return undefined;
    const place = this.#maps.original(url, line);
    return place.file === file ? place.line : undefined;
  }
}

export interface Taken {
  readonly data: WindowData;
  readonly v8: V8CpuProfile;
  readonly intervalUs: number;
  readonly maps: Sources;
  readonly comments: readonly string[];
}

/** `samples/count` and `cpu/nanoseconds`, with the labels `route` and `trace_id` where it is known whose turn it was. */
export function makeCpuProfile(taken: Taken): Profile {
  const { data, intervalUs, comments } = taken;
  const builder = new ProfileBuilder({
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    ...headerOf(data),
    period: BigInt(intervalUs * NS_PER_US),
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    comments,
  });
  addCpuSamples(builder, taken);
  return builder.build();
}

/** The two values of each: how many, nanoseconds. */
export function addCpuSamples(builder: ProfileBuilder, { data, v8, intervalUs, maps }: Taken): void {
  const stacks = new V8Stacks(builder, v8.nodes, maps);
  const sums = new Map<string, { stack: number; labels: Label[]; count: number; ms: number }>();
  for (const { node, ms, owner } of cpuSamples(v8, data, intervalUs)) {
    const key = `${node} ${owner.request} ${owner.isSure}`;
    const sum = sums.get(key) ?? { stack: stacks.stackOf(node), labels: labelsOf(data, owner), count: 0, ms: 0 };
    sums.set(key, { ...sum, count: sum.count + 1, ms: sum.ms + ms });
  }
  for (const { stack, labels, count, ms } of sums.values())
    builder.sample(stack, [count, Math.round(ms * NS_PER_MS)], labels);
}

export function headerOf({ originMs, from, to }: WindowData): { readonly time: bigint; readonly duration: bigint } {
  return {
    time: BigInt(Math.round((originMs + from) * NS_PER_MS)),
    duration: BigInt(Math.round((to - from) * NS_PER_MS)),
  };
}
