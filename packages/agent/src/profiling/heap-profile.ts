import { type Profile, ProfileBuilder } from '@holdup/profile';
import type { Sources } from './source-maps.ts';
import { moduleOf, nameOf } from './stack-frames.ts';
import type { HeapNode, V8HeapProfile } from './v8-types.ts';

export interface HeapFacts {
  /** `inuse`: what still lives; `alloc`: all there was. */
  readonly kind: 'inuse' | 'alloc';
  /** Average bytes between two samples. */
  readonly interval: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly comments: readonly string[];
}

/** V8's sampling heap profile. It says of each sample only how many bytes it stands for: see {@link objectsOf}. */
export function makeHeapProfile(v8: V8HeapProfile, facts: HeapFacts, maps: Sources): Profile {
  const { kind, interval, startedAt, endedAt, comments } = facts;
  const builder = new ProfileBuilder({
    sampleTypes: [
      { type: `${kind}_objects`, unit: 'count' },
      { type: `${kind}_space`, unit: 'bytes' },
    ],
    time: BigInt(Math.round(startedAt)) * 1_000_000n,
    duration: BigInt(Math.round(endedAt - startedAt)) * 1_000_000n,
    period: BigInt(interval),
    periodType: { type: 'space', unit: 'bytes' },
    comments,
  });
  const stacks = stacksOf(builder, v8.head, maps);
  const sums = new Map<number, { objects: number; bytes: number }>();
  const objects = new Map<number, number>();
  for (const { size, nodeId } of v8.samples) {
    const count = objects.get(size) ?? objectsOf(size, interval);
    objects.set(size, count);
    const sum = sums.get(nodeId) ?? { objects: 0, bytes: 0 };
    sums.set(nodeId, { objects: sum.objects + count, bytes: sum.bytes + size });
  }
  for (const [node, sum] of sums) builder.sample(stacks.get(node) ?? -1, [sum.objects, sum.bytes]);
  return builder.build();
}

/** Sizes of objects are multiples of it. */
const ALIGNMENT = 8;

/**
 * V8 multiplies the size of the object it saw by how many of that size there are for one in the sample, and tells the product. The
 * smallest size with that product; of the smallest objects the count may be off by two.
 * @param bytes what the sample stands for
 */
function objectsOf(bytes: number, interval: number): number {
  for (let size = ALIGNMENT; size < bytes; size += ALIGNMENT) {
    const count = Math.round(1 / (1 - Math.exp(-size / interval)));
    if (size * count === bytes) return count;
  }
  return 1;
}

function stacksOf(builder: ProfileBuilder, head: HeapNode, maps: Sources): Map<number, number> {
  const stacks = new Map<number, number>();
  const pending: { node: HeapNode; parent: number }[] = [{ node: head, parent: -1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent } = next;
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    let stack = parent;
    if (functionName !== '(root)') {
      const place = maps.original(url, lineNumber + 1, columnNumber + 1, functionName);
      const name = nameOf(place.name ?? functionName);
      const file = place.file.startsWith('data:') ? 'data:…' : place.file;
      const facts =
        url === '' ? { name } : { name, file, line: place.line, startLine: place.line, module: moduleOf(file) };
      stack = builder.stack(parent, builder.frame(facts));
    }
    stacks.set(node.id, stack);
    for (const child of node.children) pending.push({ node: child, parent: stack });
  }
  return stacks;
}
