import { readFileSync } from 'node:fs';

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** 0-based. */
  readonly lineNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** What `node --cpu-prof` writes. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the monotonic clock, the same as process.hrtime(). */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time on top of the stack. */
export interface SelfTime {
  readonly frame: CallFrame;
  /** The caller's frame; absent at the root. */
  readonly caller?: CallFrame;
  readonly us: number;
}

/**
 * Self time by call-tree node of the samples between two readings of process.hrtime(), nanoseconds.
 * @throws SyntaxError when the file is no JSON document.
 */
export function readSelfTimes(path: string, fromNs: number, toNs: number): SelfTime[] {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const byNode = new Map<number, number>();
  let at = profile.startTime;
  profile.samples.forEach((node, i) => {
    // A delta leads up to its sample, and the node sampled is charged with the time until the next one.
    at += profile.timeDeltas[i] ?? 0;
    if (at * 1_000 >= fromNs && at * 1_000 < toNs) {
      byNode.set(node, (byNode.get(node) ?? 0) + (profile.timeDeltas[i + 1] ?? 0));
    }
  });
  const parents = new Map<number, ProfileNode>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);
  return profile.nodes.flatMap((node) => {
    const us = byNode.get(node.id);
    if (us === undefined) return [];
    const caller = parents.get(node.id)?.callFrame;
    return [{ frame: node.callFrame, us, ...(caller ? { caller } : {}) }];
  });
}
