import { type PathNode, type WalkRule, walkPath } from '../partition/walk.ts';

/** What we read of a trace in Jaeger's JSON. Times in microseconds. */
export interface JaegerTrace {
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly processID: string;
    readonly startTime: number;
    readonly duration: number;
    readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  }[];
}

interface SpanNode extends PathNode<SpanNode> {
  readonly end: number;
  /** `[service] operation` */
  readonly name: string;
  readonly children: SpanNode[];
}

/**
 * Clocks of several hosts disagree a little, so siblings that overlap by a hundredth of their parent's time still count
 * as one after the other.
 */
const SKEW_SHARE = 0.01;

/** A child that ends after its parent is skew too, where both have their own clock: it is clipped, not fire and forget. */
const SEVERAL_CLOCKS: WalkRule<SpanNode> = {
  tolerance: (from, to) => (to - from) * SKEW_SHARE,
  countsRunning: () => true,
};

/** Exclusive time on the critical path by `[service] operation`, of all operations in the trace. */
export function exclusiveTimes(trace: JaegerTrace): Record<string, number> {
  const nodes = plantSpans(trace);
  const roots = nodes.filter((node) => !nodes.some((other) => other.children.includes(node)));
  const times: Record<string, number> = {};
  for (const root of roots) {
    for (const segment of walkPath([root], root.start, root.end, SEVERAL_CLOCKS)) {
      const name = segment.node?.name ?? '';
      times[name] = (times[name] ?? 0) + segment.end - segment.start;
    }
  }
  return times;
}

function plantSpans(trace: JaegerTrace): SpanNode[] {
  const nodes = new Map<string, SpanNode>();
  for (const span of trace.spans) {
    nodes.set(span.spanID, {
      name: `[${trace.processes[span.processID]?.serviceName}] ${span.operationName}`,
      start: span.startTime,
      end: span.startTime + span.duration,
      children: [],
    });
  }
  for (const span of trace.spans) {
    const parent = nodes.get(span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '');
    const node = nodes.get(span.spanID);
    if (parent !== undefined && node !== undefined) parent.children.push(node);
  }
  return [...nodes.values()];
}
