import type { Frame } from '@holdup/model';

/** What ran on the main thread at one moment of a block. Milliseconds are the main thread's `performance.now()`. */
export interface Sample<Holder> {
  readonly atMs: number;
  /** Innermost first. Absent when what blocked had returned before the sample could be taken. */
  readonly stack?: readonly Frame[];
  /** What `currentHolder` returned inside the blocked run; absent with the stack. */
  readonly holder?: Holder;
  /** The last `setCurrent` when the thread asked: the only witness when the stack came too late. 0: none. */
  readonly current: number;
  /** The sample had to wait: a native call could not be interrupted, and the stack is where it returned to. */
  readonly native: boolean;
}

/** A block that still lasts. */
export interface OpenBlock<Holder> {
  readonly startMs: number;
  readonly sample: Sample<Holder>;
}

/**
 * The main thread did not go through its event loop for a while, and was not idle.
 * What blocked it is told by the sample that stands for most of the time; absent under an open inspector, or when none
 * could be taken.
 */
export interface Block<Holder> extends Partial<Omit<Sample<Holder>, 'atMs'>> {
  readonly kind: 'block';
  readonly startMs: number;
  readonly endMs: number;
  /** In time order; of a very long block the first ones and the latest. */
  readonly samples: readonly Sample<Holder>[];
  /** `setCurrent` calls within: many tell a loop busy with many short runs from one long run. */
  readonly switches: number;
}

/** 16 reach to 10 s of one block; of a longer one the last is replaced. */
const MAX_SAMPLES = 16;

export function addSample<Holder>(samples: Sample<Holder>[], sample: Sample<Holder>): void {
  if (samples.length === MAX_SAMPLES) samples.pop();
  samples.push(sample);
}

/**
 * The sample that stands for the longest time; one without a stack only if none has any.
 * Each stands for the time since the one before it, because a native call holds up the sample that shows it; the last
 * one also for the rest.
 */
export function pickSample<Holder>(
  startMs: number,
  endMs: number,
  samples: readonly Sample<Holder>[],
): Sample<Holder> | undefined {
  const spans = samples.map((sample, index) => {
    const until = index === samples.length - 1 ? endMs : sample.atMs;
    return { sample, ms: until - (samples[index - 1]?.atMs ?? startMs) };
  });
  const withStack = spans.filter(({ sample }) => sample.stack);
  const candidates = withStack.length > 0 ? withStack : spans;
  return candidates.reduce<(typeof spans)[number] | undefined>((a, b) => (a && a.ms >= b.ms ? a : b), undefined)
    ?.sample;
}
