/** What V8's inspector answers, as far as it is used. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface CpuNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
  /** Lines from 1. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** Microseconds of the clock of `process.hrtime`. */
export interface V8CpuProfile {
  readonly nodes: readonly CpuNode[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

export interface HeapNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children: readonly HeapNode[];
}

export interface V8HeapProfile {
  readonly head: HeapNode;
  /** `size`: bytes that the sample stands for. */
  readonly samples: readonly { readonly size: number; readonly nodeId: number }[];
}
