import type { RequestRow, WaitRow } from '../deep/rows.ts';
import type { Sources } from './source-maps.ts';
import { frameOfRow } from './stack-frames.ts';
import type { WindowData } from './window-data.ts';

/** One event of the Trace Event Format, as far as it is used here. Times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'b' | 'e' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

export interface TraceJson {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

/** Rows of the timeline that are not a request's: what is on one row never overlaps. */
const LOOP_TRACK = 1;
const BLOCK_TRACK = 2;
const GC_TRACK = 3;

const US_PER_MS = 1_000;

/**
 * Requests, their waits, loop blocks and collections on one timeline, in the JSON that ui.perfetto.dev and chrome://tracing open.
 * A request and its waits are async events of one id, each beginning with its end, in order of time: waits of one request may
 * overlap, so each that does gets an id of its own under the request's name.
 */
export function makeTrace(data: WindowData, pid: number, comments: readonly string[], maps: Sources): TraceJson {
  const routes = new Map([...data.requests.values()].map(({ number, route }) => [number, route]));
  const nameOf = (request: number) => routes.get(request) ?? '(no request)';
  const complete = (tid: number, name: string, start: number, end: number, args = {}): TraceEvent => ({
    name,
    ph: 'X',
    pid,
    tid,
    ts: us(data, start),
    dur: Math.max(0, us(data, end) - us(data, start)),
    args,
  });
  const loop = disjoint(data.busy).map(([start, end, request]) =>
    complete(LOOP_TRACK, nameOf(request), start, end, { request }),
  );
  const blocks = data.blocks.map(([start, end, request]) =>
    complete(BLOCK_TRACK, `blocked by ${nameOf(request)}`, start, end),
  );
  const gc = data.gc.map(([start, end, kind]) => complete(GC_TRACK, `${kind} collection`, start, end));
  const events = [...loop, ...blocks, ...gc].map((event) => ({ event, depth: 0 }));
  events.push(...requestEvents(data, pid, maps));
  return {
    traceEvents: [...trackNames(pid), ...events.sort(byTime).map(({ event }) => event)],
    displayTimeUnit: 'ms',
    otherData: Object.fromEntries(comments.map((comment, index) => [`note ${index + 1}`, comment])),
  };
}

function trackNames(pid: number): TraceEvent[] {
  const names = {
    [LOOP_TRACK]: 'event loop: whose turn',
    [BLOCK_TRACK]: 'event loop: blocked',
    [GC_TRACK]: 'garbage collection',
  };
  const tracks = Object.entries(names).flatMap(([tid, name]): TraceEvent[] => [
    { name: 'thread_name', ph: 'M', pid, tid: Number(tid), args: { name } },
    { name: 'thread_sort_index', ph: 'M', pid, tid: Number(tid), args: { sort_index: Number(tid) } },
  ]);
  return [{ name: 'process_name', ph: 'M', pid, tid: 0, args: { name: `node ${pid}` } }, ...tracks];
}

/** Since the window began: small numbers stay exact. */
function us(data: WindowData, ms: number): number {
  return Math.round((Math.min(Math.max(ms, data.from), data.to) - data.from) * US_PER_MS * 1_000) / 1_000;
}

/** Times of one row come from two drains: where these overlap, the earlier one yields. */
function disjoint(busy: WindowData['busy']): WindowData['busy'] {
  return busy.map(([start, end, request], index) => [start, Math.min(end, busy[index + 1]?.[0] ?? end), request]);
}

interface Placed {
  readonly event: TraceEvent;
  /** Of a request 0, of its waits 1, of their parts 2. */
  readonly depth: number;
}

/** At the same moment: ends before begins, inner ends before outer ones, outer begins before inner ones. */
function byTime(a: Placed, b: Placed): number {
  const time = (a.event.ts ?? 0) - (b.event.ts ?? 0);
  if (time !== 0) return time;
  const isEnd = a.event.ph === 'e';
  if (isEnd !== (b.event.ph === 'e')) return isEnd ? -1 : 1;
  return isEnd ? b.depth - a.depth : a.depth - b.depth;
}

function* requestEvents(data: WindowData, pid: number, maps: Sources): Generator<Placed> {
  const waits = new Map<number, WaitRow[]>();
  for (const wait of data.waits) waits.set(wait.request, [...(waits.get(wait.request) ?? []), wait]);
  for (const request of data.requests.values()) {
    const { number, route, traceId, start, end } = request;
    if (end >= 0 && end < data.from) continue;
    const stop = end < 0 ? data.to : end;
    yield* pair(data, pid, {
      name: route,
      cat: 'request',
      id: `r${number}`,
      start,
      end: stop,
      depth: 0,
      args: { traceId, ...(end < 0 ? { state: 'in flight' } : {}) },
    });
    yield* waitEvents(data, pid, maps, request, stop, waits.get(number) ?? []);
  }
}

/** Waits of one request side by side: each goes to the first lane that is free. */
function* waitEvents(
  data: WindowData,
  pid: number,
  maps: Sources,
  request: RequestRow,
  stop: number,
  waits: readonly WaitRow[],
): Generator<Placed> {
  const lanes: number[] = [];
  for (const wait of [...waits].sort((a, b) => a.start - b.start)) {
    const end = wait.end < 0 ? data.to : wait.end;
    let lane = lanes.findIndex((until) => until <= wait.start);
    if (lane < 0) lane = lanes.push(0) - 1;
    lanes[lane] = end;
    // The first lane lies under the request itself; what outlives the request cannot.
    const id = lane === 0 && end <= stop ? `r${request.number}` : `r${request.number}.${lane}`;
    const frames = data.stacks.get(wait.stack)?.map((row) => frameOfRow(row, maps));
    const stack = frames?.map(({ name, file, line }) => `${name} (${file}:${line})`);
    const args = {
      route: request.route,
      ...(stack === undefined ? {} : { stack }),
      ...(wait.end < 0 ? { state: 'waiting' } : {}),
    };
    yield* pair(data, pid, { name: wait.name, cat: 'request', id, start: wait.start, end, depth: 1, args });
    if (wait.parts.length < 2) continue;
    for (const [account, from, to] of wait.parts)
      yield* pair(data, pid, { name: account, cat: 'request', id, start: from, end: to, depth: 2, args: {} });
  }
}

interface Span {
  readonly name: string;
  readonly cat: string;
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What took less than a nanosecond is left out: its end would come before its beginning. */
function* pair(data: WindowData, pid: number, { name, cat, id, start, end, depth, args }: Span): Generator<Placed> {
  const from = us(data, start);
  const to = us(data, end);
  if (to <= from) return;
  const common = { name, cat, id, pid, tid: 0 };
  yield { depth, event: { ...common, ph: 'b', ts: from, args } };
  yield { depth, event: { ...common, ph: 'e', ts: to } };
}
