import { ProfileBuilder } from '../../build/profile-builder.ts';
import { broken } from '../../errors.ts';
import type { Profile } from '../../profile.ts';
import type { Format } from '../format.ts';
import { type CallNode, CallTreeReader } from './call-tree.ts';
import { type JsonObject, parseObject, startsWithKey, toArray, toNumber, toObject } from './json.ts';
import { readTimeline, type Timeline } from './timeline.ts';

const FORMAT = 'V8 CPU profile';
const NS_PER_US = 1000;
const NS_PER_S = 1e9;
const KEYS = ['nodes', 'head', 'typeId', 'uid', 'title', 'startTime', 'endTime', 'samples', 'timestamps', 'timeDeltas'];

/** `.cpuprofile`, of `node --cpu-prof`, the inspector and Chrome. */
export const v8CpuProfile: Format = {
  id: 'v8-cpu-profile',
  sniff: (bytes) => startsWithKey(bytes, KEYS),
  parse(bytes) {
    const json = parseObject(bytes, FORMAT);
    return json.nodes === undefined && json.head === undefined ? undefined : readCpuProfile(json);
  },
};

/**
 * A profile as `Profiler.stop` of the inspector hands it over (`nodes`), or as Chrome before 58 and Node before 8 did (`head`). A
 * sample lasts until the next. It is wall time, and says so: V8's own `(idle)`, `(program)` and `(garbage collector)` stay frames.
 * Frames are functions where they begin: `positionTicks` counts lines per node, not which sample saw which, and one function at two lines
 * would be two.
 * @throws ProfileError when it contradicts itself.
 */
export function readCpuProfile(profile: unknown): Profile {
  const json = toObject(profile, FORMAT, 'the top');
  const span = readSpan(json);
  const header = {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'wall', unit: 'nanoseconds' },
    ],
    duration: BigInt(span.end - span.start),
  };
  const builder = new ProfileBuilder(header);
  const nodes = readNodes(json, new CallTreeReader(builder, FORMAT));
  const timeline = readTimeline(json, FORMAT, span.start);
  if (timeline) addTimeline(builder, nodes, timeline, span.end - span.start);
  else addHits(builder, nodes, span.end - span.start);
  return builder.build();
}

/**
 * Nanoseconds on V8's clock. The old form's start and end are in whole seconds, its timestamps in microseconds: they tell better.
 */
function readSpan(json: JsonObject): { start: number; end: number } {
  const isOld = json.nodes === undefined;
  const stamps = isOld && json.timestamps !== undefined ? toArray(json.timestamps, FORMAT, 'timestamps') : [];
  const unit = isOld && stamps.length === 0 ? NS_PER_S : NS_PER_US;
  const first = stamps.length > 0 ? stamps[0] : json.startTime;
  const last = stamps.length > 0 ? stamps.at(-1) : json.endTime;
  const start = Math.round(toNumber(first, FORMAT, 'its start', 0) * unit);
  const end = Math.round(toNumber(last, FORMAT, 'its end', 0) * unit);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) {
    throw broken(FORMAT, 'startTime or endTime', 'a time beyond 104 days');
  }
  return { start, end: Math.max(start, end) };
}

function readNodes(json: JsonObject, reader: CallTreeReader): ReadonlyMap<number, CallNode> {
  if (json.nodes !== undefined) return reader.listed(toArray(json.nodes, FORMAT, 'nodes'));
  const nodes = new Map<number, CallNode>();
  for (const node of reader.nested(json.head)) nodes.set(toNumber(node.json.id, FORMAT, 'id of a node'), node);
  return nodes;
}

function addTimeline(
  builder: ProfileBuilder,
  nodes: ReadonlyMap<number, CallNode>,
  { ids, times }: Timeline,
  duration: number,
): void {
  ids.forEach((id, i) => {
    const node = nodes.get(id);
    if (!node) throw broken(FORMAT, `sample ${i + 1}`, `node ${id}, which is not there,`);
    const at = times[i] ?? 0;
    const until = times[i + 1] ?? Math.max(at, duration);
    builder.sample(node.stack, [1, until - at], [], at);
  });
}

/** Without times the duration is shared out by how often each node was hit. */
function addHits(builder: ProfileBuilder, nodes: ReadonlyMap<number, CallNode>, duration: number): void {
  const hits = [...nodes.values()].map(({ json, stack }) => ({
    stack,
    count: Math.max(0, Math.trunc(toNumber(json.hitCount, FORMAT, 'hitCount of a node', 0))),
  }));
  const total = hits.reduce((sum, { count }) => sum + count, 0);
  for (const { stack, count } of hits) {
    if (count > 0) builder.sample(stack, [count, Math.round((duration * count) / total)]);
  }
}
