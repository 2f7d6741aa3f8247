/** One sort of value a sample carries, as pprof names them: `cpu`/`nanoseconds`, `contentions`/`count`. */
export interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** A binary as it was mapped into memory, with what tools need to find its symbols. Addresses and offsets in bytes. */
export interface Mapping {
  readonly start: bigint;
  readonly limit: bigint;
  readonly offset: bigint;
  readonly file: string;
  readonly buildId: string;
  /** What its locations already know; tools look up the rest. */
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}

/** A function at a line, and at an address where its maker knew one. Group by name, file and module to see functions. */
export interface Frame {
  /** As people read it; '' when the profile has only an address. */
  readonly name: string;
  /** As the linker knows it, where that differs. */
  readonly systemName?: string;
  /** '' when not known. */
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
  /** From 1; 0: not known. */
  readonly column: number;
  /** Line the function starts at, from 1; 0: not known. */
  readonly startLine: number;
  /** The binary or package the code is in; '' when not known. */
  readonly module: string;
  /** One of {@link Profile.mappings}, as an object: operations that keep frames need not renumber. */
  readonly mapping?: Mapping;
  /** It has no call of its own: the compiler put it into its caller. */
  readonly inlined: boolean;
  readonly address?: bigint;
  /** The linker folded identical code: other functions share this address. */
  readonly folded?: true;
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
  /** When each was taken, in nanoseconds since {@link Profile.time}; absent: the samples are sums over the whole time. */
  readonly at?: Float64Array;
}

/** A profile of any origin. Immutable: every operation makes a new one that may share columns with the old. */
export interface Profile {
  readonly sampleTypes: readonly SampleType[];
  /** Index into {@link sampleTypes}: what to show first. */
  readonly defaultType: number;
  /** Its maker named no default, so it is the last, as pprof has it. */
  readonly defaultImplied?: true;
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
  /** In the order of the file; the first is the main binary. Empty where there are none. */
  readonly mappings: readonly Mapping[];
  /** Regular expressions (RE2) of frames that pprof drops, with all they call, and of those it keeps nevertheless. */
  readonly dropFrames?: string;
  readonly keepFrames?: string;
  readonly docUrl?: string;
}
