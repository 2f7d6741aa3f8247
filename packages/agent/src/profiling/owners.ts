import type { BusyRow, FrameRow, TickRow } from '../deep/rows.ts';
import { toPath } from '../recorder/call-sites.ts';
import type { CpuNode } from './v8-types.ts';

/** Whose code a sample was of. */
export interface Owner {
  /** 0: nobody known. */
  readonly request: number;
  /** This very request, and not another of its route: two witnesses agree. */
  readonly isSure: boolean;
}

/** What looks into the running code, and marks, said. */
export interface OwnerEvidence {
  readonly ticks: readonly TickRow[];
  readonly blocks: readonly BusyRow[];
  readonly busy: readonly BusyRow[];
  stackOf(number: number): readonly FrameRow[] | undefined;
}

const NOBODY: Owner = { request: 0, isSure: false };

/** A look further away says nothing about a sample. Two looks in a row may be missed. Milliseconds. */
export const MOST_APART_MS = 50;

/** Half the time between two looks, and some more. Milliseconds. */
const SAME_MOMENT_MS = 10;

/**
 * V8's sampler sees stacks and no requests; looks at the running code see both, at other moments. A sample is given the
 * request of the look that was deepest in the same calls, compared from the outermost inwards. What no look saw stays without a request.
 */
export class Owners {
  readonly #data: OwnerEvidence;
  readonly #looks: readonly { readonly tick: TickRow; readonly path: readonly string[] }[];
  readonly #paths: Map<number, readonly string[]>;

  constructor(nodes: readonly CpuNode[], data: OwnerEvidence) {
    this.#data = data;
    this.#paths = hostPaths(nodes);
    this.#looks = data.ticks.map((tick) => ({ tick, path: pathOfStack(data, tick[2]) }));
  }

  of(node: number, at: number): Owner {
    const path = this.#paths.get(node) ?? [];
    const nearest = path.length === 0 ? undefined : this.#nearest(path, at);
    // A native call was not to be interrupted: the watchdog asked when it returned.
    const request = nearest?.[1] ?? this.#data.blocks.find(([start, end]) => at >= start && at < end)?.[2] ?? 0;
    return request === 0 ? NOBODY : { request, isSure: ownerAt(this.#data.busy, at) === request };
  }

  /** The look deepest in the same calls; of equally deep ones the nearest. */
  #nearest(path: readonly string[], at: number): TickRow | undefined {
    let best: TickRow | undefined;
    let bestDepth = 0;
    for (const { tick, path: other } of this.#near(at)) {
      const depth = sharedDepth(path, other);
      const apart = Math.abs(tick[0] - at);
      // Higher up is the same function for every request: then only what was seen about the same moment counts.
      if (depth === 0 || (depth < path.length - 1 && apart > SAME_MOMENT_MS)) continue;
      if (depth < bestDepth || (depth === bestDepth && best !== undefined && apart >= Math.abs(best[0] - at))) continue;
      best = tick;
      bestDepth = depth;
    }
    return best;
  }

  *#near(at: number): Generator<{ readonly tick: TickRow; readonly path: readonly string[] }> {
    const looks = this.#looks;
    let low = 0;
    let high = looks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((looks[middle]?.tick[0] ?? 0) < at - MOST_APART_MS) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < looks.length; i++) {
      const look = looks[i];
      if (look === undefined || look.tick[0] > at + MOST_APART_MS) return;
      yield look;
    }
  }
}

/** Whose turn it was by the marks that probes left: right where they saw the change of hands. */
function ownerAt(busy: readonly BusyRow[], time: number): number {
  let low = 0;
  let high = busy.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((busy[middle]?.[0] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  const [, end = 0, request = 0] = busy[low - 1] ?? [];
  return time < end ? request : 0;
}

/** Calls in common, where one of the two is where the other is, or further in; else 0. */
function sharedDepth(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return 0;
  return shared;
}

/** Functions outside the runtime, outermost first: file and the line they start at name a function for both witnesses. */
function hostPaths(nodes: readonly CpuNode[]): Map<number, readonly string[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const paths = new Map<number, readonly string[]>();
  const root = nodes[0];
  const pending: { node: CpuNode; path: readonly string[] }[] = root === undefined ? [] : [{ node: root, path: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { url, lineNumber } = next.node.callFrame;
    const path = isOfHost(url) ? [...next.path, `${toPath(url)}:${lineNumber + 1}`] : next.path;
    paths.set(next.node.id, path);
    for (const id of next.node.children ?? []) {
      const node = byId.get(id);
      if (node !== undefined) pending.push({ node, path });
    }
  }
  return paths;
}

function pathOfStack(data: OwnerEvidence, stack: number): readonly string[] {
  const rows = data.stackOf(stack) ?? [];
  const running = rows.filter(([name, file]) => !name.startsWith('async ') && isOfHost(file));
  return running.map(([, file, , startLine]) => `${file}:${startLine}`).reverse();
}

function isOfHost(url: string): boolean {
  return url !== '' && !url.startsWith('node:');
}
