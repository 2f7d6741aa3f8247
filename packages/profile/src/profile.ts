/** One sort of value a sample carries, as pprof names them: `cpu`/`nanoseconds`, `contentions`/`count`. */
export interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** A function at a line. Frames that differ only in address are one. */
export interface Frame {
  /** As people read it; '' when the profile has only an address. */
  readonly name: string;
  /** As the linker knows it, where that differs. */
  readonly systemName?: string;
  /** '' when not known. */
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
  readonly startLine: number;
  /** The binary or package the code is in; '' when not known. */
  readonly module: string;
  /** It has no call of its own: the compiler put it into its caller. */
  readonly inlined: boolean;
  readonly address?: bigint;
}

/**
 * All distinct stacks as a tree, outermost frame first: stack `i` is stack `parent[i]` (−1: none) with `frame[i]` called from
 * it. A parent stands before its children.
 */
export interface StackTable {
  readonly parent: Int32Array;
  /** Index into {@link Profile.frames}. */
  readonly frame: Int32Array;
}

/** Labels of a sample (`route`, `trace_id`); a number may have a unit. */
export interface Label {
  readonly key: string;
  readonly value: string | bigint;
  readonly unit?: string;
}

/** Columns of equal length, but for `values`, which has a value per sample type for each sample: `[i * types + k]`. */
export interface SampleTable {
  /** Index into the stack table; −1: an empty stack. */
  readonly stack: Int32Array;
  readonly values: BigInt64Array;
  /** Index into {@link Profile.labelSets}; 0 is the empty set. */
  readonly labels: Int32Array;
}

/** A profile of any origin. Immutable: every operation makes a new one that may share columns with the old. */
export interface Profile {
  readonly sampleTypes: readonly SampleType[];
  /** Index into {@link sampleTypes}: what to show first. */
  readonly defaultType: number;
  readonly frames: readonly Frame[];
  readonly stacks: StackTable;
  readonly samples: SampleTable;
  readonly labelSets: readonly (readonly Label[])[];
  /** Epoch nanoseconds; 0: not known. */
  readonly time: bigint;
  /** Nanoseconds; 0: not known. */
  readonly duration: bigint;
  /** Sampling period, in units of `periodType`; 0: not known. */
  readonly period: bigint;
  readonly periodType?: SampleType;
  /** What its maker had to say, for people. */
  readonly comments: readonly string[];
}
