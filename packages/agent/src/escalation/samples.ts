import type { FrameRow } from '../deep/rows.ts';
import { type OwnerEvidence, Owners } from '../profiling/owners.ts';
import type { CpuNode, V8CpuProfile } from '../profiling/v8-types.ts';
import { toPath } from '../recorder/call-sites.ts';
import { INTERVAL_MS } from './main-profiler.ts';
import type { SeenSample } from './slice.ts';

const IDLE = '(idle)';
const ROOT = '(root)';

/** A sampler that is late, on a machine with too few cores, must not make one sample stand for half a second. */
const MOST_MS = 2 * INTERVAL_MS;

/** The samples of a piece without the idle ones, with whom they were for. */
export function readSamples(v8: V8CpuProfile, toHrMs: number, evidence: OwnerEvidence): SeenSample[] {
  const { nodes, samples = [], timeDeltas = [] } = v8;
  const owners = new Owners(nodes, evidence);
  const frames = new NodeFrames(nodes);
  const seen: SeenSample[] = [];
  let us = v8.startTime;
  for (const [index, node] of samples.entries()) {
    us += timeDeltas[index] ?? 0;
    const at = us / 1_000 - toHrMs;
    const ms = Math.min(MOST_MS, Math.max(0, (timeDeltas[index + 1] ?? 0) / 1_000));
    if (!frames.isIdle(node)) seen.push({ at, ms, request: owners.of(node, at).request, frames: frames.of(node) });
  }
  return seen;
}

class NodeFrames {
  readonly #nodes: Map<number, CpuNode>;
  readonly #parents = new Map<number, CpuNode>();
  readonly #known = new Map<number, readonly FrameRow[]>();

  constructor(nodes: readonly CpuNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) for (const child of node.children ?? []) this.#parents.set(child, node);
  }

  isIdle(id: number): boolean {
    return this.#nodes.get(id)?.callFrame.functionName === IDLE;
  }

  of(id: number): readonly FrameRow[] {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const frames: FrameRow[] = [];
    for (let node = this.#nodes.get(id); node !== undefined; node = this.#parents.get(node.id)) {
      const { functionName, url, lineNumber } = node.callFrame;
      const start = lineNumber + 1;
      if (functionName !== ROOT) frames.push([functionName || '(anonymous)', toPath(url), start, start, 0]);
    }
    this.#known.set(id, frames);
    return frames;
  }
}
