import {
  type CauseId,
  type DeadlineSource,
  DNS_SLOTS,
  EVENT_LOOP,
  type EvidenceSource,
  type Finding,
  type Frame,
  type GcPause,
  type Hold,
  type Holder,
  type Lookup,
  type LookupId,
  type LoopRecord,
  msToNs,
  type OpId,
  type Outcome,
  type PoolJob,
  type PoolJobId,
  type Recording,
  type Request,
  type RequestId,
  type Resource,
  type ResourceId,
  type ServerTimeout,
  THREAD_POOL,
  type Verdict,
} from '@holdup/model';
import { diagnose } from '../diagnose.ts';
import { type OpDraft, type Span, spanOf, type UsualDraft, usualOf } from './ops-of.ts';

/** All times in milliseconds of the recording. */
export interface RequestDraft extends Span {
  readonly route?: string;
  /** Budget in ms from the start. */
  readonly budget?: number;
  readonly budgetFrom?: DeadlineSource;
  readonly outcome?: Outcome;
  readonly status?: number;
  readonly cancelledAt?: number;
  readonly serverTimeout?: { readonly limit: ServerTimeout['limit']; readonly limitMs: number; readonly at: number };
  readonly usual?: UsualDraft;
  readonly ops?: readonly OpDraft[];
}

/** A request of the recording by its name in `requests`, a route whose records are gone, or nobody known. */
type HolderDraft = string | { readonly route: string; readonly ended?: number };

export interface HoldDraft extends Span {
  readonly pool?: string;
  readonly unit: string;
  readonly by: HolderDraft;
}

interface RunDraft extends Span {
  readonly by?: HolderDraft;
}

interface BlockDraft extends RunDraft {
  /** CPU time meanwhile, ms. */
  readonly cpu?: number;
  readonly queued?: number;
  readonly native?: boolean;
  /** `render src/render.ts:12`, innermost first. */
  readonly stack?: readonly string[];
}

interface JobDraft extends RunDraft {
  readonly call: string;
  readonly id?: string;
  readonly steps?: PoolJob['steps'];
}

export interface RecordingDraft {
  /** When it was cut. */
  readonly now: number;
  readonly requests: { readonly late: RequestDraft; readonly [name: string]: RequestDraft };
  /** Pool sizes by name; `shop` is called `pg pool shop`. */
  readonly pools?: Readonly<Record<string, number>>;
  /** Locks and worker pools; `stock lock` is called `the stock lock`. */
  readonly gates?: Readonly<Record<string, 'lock' | 'worker-pool'>>;
  readonly holds?: readonly HoldDraft[];
  readonly busy?: readonly (RunDraft & { readonly to: number })[];
  readonly blocks?: readonly BlockDraft[];
  /** CPU time used by when. */
  readonly cpu?: readonly { readonly at: number; readonly used: number; readonly queued?: number }[];
  readonly gc?: readonly { readonly from: number; readonly to: number; readonly kind?: GcPause['kind'] }[];
  readonly lookups?: readonly (RunDraft & { readonly host: string; readonly id?: string })[];
  /** Jobs of libuv's pool of 4 threads; `one` step unless told. */
  readonly jobs?: readonly JobDraft[];
  /** Everything is watched but these. */
  readonly without?: readonly EvidenceSource[];
}

const ALL_SOURCES: readonly EvidenceSource[] = [
  'ledger',
  'loop',
  'loop-stacks',
  'gc',
  'http-client',
  'socket-phases',
  'dns-lookups',
  'threadpool',
  'pool-holders',
  'db-client',
  'resource-holders',
  'caller',
  'uploads',
  'downloads',
];

/** A recording written down in milliseconds. The late request is the one called `late`. */
export function recordingOf(draft: RecordingDraft): Recording {
  const requests = Object.entries(draft.requests).map(([name, request]) => requestOf(name, request));
  const holderOf = (by: HolderDraft | undefined) => (by === undefined ? undefined : holderFrom(by, draft));
  return {
    origin: 1_790_000_000_000_000_000n,
    now: msToNs(draft.now),
    requests: new Map(requests.map((request) => [request.id, request])),
    resources: resourcesOf(draft),
    holds: (draft.holds ?? []).map((hold) => holdOf(hold, holderOf(hold.by))),
    loop: loopOf(draft, holderOf),
    lookups: (draft.lookups ?? []).map((lookup, i) => lookupOf(lookup, i, holderOf(lookup.by))),
    lookupSlots: 2,
    poolJobs: (draft.jobs ?? []).map((job, i) => jobOf(job, i, holderOf(job.by))),
    poolThreads: 4,
    sources: new Set(ALL_SOURCES.filter((source) => !draft.without?.includes(source))),
    completeSince: msToNs(-1e6),
  };
}

/** The verdict on the request called `late`. */
export function verdictOf(draft: RecordingDraft): Verdict {
  return diagnose(recordingOf(draft), 'late' as RequestId);
}

/** What one cause said. */
export function findingOf(verdict: Verdict, cause: CauseId): Finding {
  const all: Finding[] = [...verdict.contributing, ...verdict.ruledOut, ...verdict.unknown, ...verdict.failed];
  const found = verdict.top?.cause === cause ? verdict.top : all.find((finding) => finding.cause === cause);
  if (found === undefined) throw new Error(`no finding of ${cause}`);
  return found;
}

function requestOf(name: string, draft: RequestDraft): Request {
  const { from, to, budget, cancelledAt, usual } = draft;
  const isLate = budget !== undefined && (to === undefined || to - from > budget);
  return {
    id: name as RequestId,
    traceId: `trace-${name}`,
    kind: 'http',
    route: draft.route ?? `GET /${name}`,
    ...spanOf({ from, ...(to === undefined ? {} : { to }) }),
    outcome: draft.outcome ?? (isLate ? 'deadline-exceeded' : 'ok'),
    ops: (draft.ops ?? []).map((op, i) => op(`${name}.${i}` as OpId)).sort((a, b) => a.start - b.start),
    ...(budget === undefined
      ? {}
      : {
          deadline: { at: msToNs(from + budget), budget: msToNs(budget), source: draft.budgetFrom ?? 'default-budget' },
        }),
    ...(draft.status === undefined ? {} : { status: draft.status }),
    ...(draft.serverTimeout === undefined
      ? {}
      : { serverTimeout: { ...draft.serverTimeout, at: msToNs(draft.serverTimeout.at) } }),
    ...(cancelledAt === undefined ? {} : { cancelledAt: msToNs(cancelledAt) }),
    ...(usual === undefined ? {} : { usual: usualOf(usual) }),
  };
}

function holderFrom(by: HolderDraft, draft: RecordingDraft): Holder {
  if (typeof by !== 'string') {
    const { route, ended } = by;
    return {
      route,
      ...(ended === undefined ? {} : { requestId: `gone ${route}` as RequestId, requestEnd: msToNs(ended) }),
    };
  }
  const request = draft.requests[by];
  if (request === undefined) return { route: by };
  const route = request.route ?? `GET /${by}`;
  const ended = request.to === undefined ? {} : { requestEnd: msToNs(request.to) };
  return { requestId: by as RequestId, route, ...ended };
}

function resourcesOf({ pools = { shop: 1 }, gates = {} }: RecordingDraft): Map<ResourceId, Resource> {
  const resources = new Map<ResourceId, Resource>([
    [EVENT_LOOP, { id: EVENT_LOOP, kind: 'event-loop', name: 'event loop' }],
    [THREAD_POOL, { id: THREAD_POOL, kind: 'thread-pool', name: 'thread pool', capacity: 4 }],
    [DNS_SLOTS, { id: DNS_SLOTS, kind: 'dns-slots', name: 'dns slots' }],
  ]);
  for (const [name, capacity] of Object.entries(pools)) {
    const id = name as ResourceId;
    resources.set(id, { id, kind: 'db-pool', name: `pg pool ${name}`, capacity });
  }
  for (const [name, kind] of Object.entries(gates)) {
    const id = name as ResourceId;
    resources.set(id, { id, kind, name: `the ${name}` });
  }
  return resources;
}

function holdOf({ pool = 'shop', unit, from, to }: HoldDraft, holder: Holder | undefined): Hold {
  const span = spanOf({ from, ...(to === undefined ? {} : { to }) });
  return { resource: pool as ResourceId, unit, holder: holder ?? { route: 'background' }, ...span };
}

function loopOf(draft: RecordingDraft, holderOf: (by: HolderDraft | undefined) => Holder | undefined): LoopRecord {
  const runOf = ({ by, ...span }: RunDraft) => {
    const holder = holderOf(by);
    return { ...spanOf(span), ...(holder === undefined ? {} : { holder }) };
  };
  return {
    busy: (draft.busy ?? []).map((run) => ({ ...runOf(run), end: msToNs(run.to) })),
    blocks: (draft.blocks ?? []).map((block) => ({
      ...runOf(block),
      ...(block.stack === undefined ? {} : { stack: block.stack.map(frameOf) }),
      ...(block.cpu === undefined ? {} : { cpu: msToNs(block.cpu) }),
      ...(block.queued === undefined ? {} : { queued: msToNs(block.queued) }),
      ...(block.native === undefined ? {} : { native: block.native }),
    })),
    ...(draft.cpu && {
      cpu: draft.cpu.map(({ at, used, queued }) => ({
        at: msToNs(at),
        used: msToNs(used),
        ...(queued === undefined ? {} : { queued: msToNs(queued) }),
      })),
    }),
    gc: (draft.gc ?? []).map(({ from, to, kind = 'major' }) => ({ start: msToNs(from), end: msToNs(to), kind })),
  };
}

function lookupOf(
  { host, id, from, to }: { readonly host: string; readonly id?: string } & Span,
  i: number,
  holder: Holder | undefined,
): Lookup {
  return {
    id: (id ?? `l${i}`) as LookupId,
    host,
    ...spanOf({ from, ...(to === undefined ? {} : { to }) }),
    ...(holder === undefined ? {} : { holder }),
  };
}

function jobOf(
  { call, id, steps = 'one', by: _by, ...span }: JobDraft,
  i: number,
  holder: Holder | undefined,
): PoolJob {
  return {
    id: (id ?? `j${i}`) as PoolJobId,
    call,
    steps,
    ...spanOf(span),
    ...(holder === undefined ? {} : { holder }),
  };
}

function frameOf(text: string): Frame {
  const [, name = '', file = '', line = '1'] = /^(\S*) (.*):(\d+)$/.exec(text) ?? [];
  return { function: name, file, line: Number(line) };
}
