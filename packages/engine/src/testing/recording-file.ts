import type {
  EvidenceSource,
  Hold,
  Holder,
  LoopRecord,
  Ns,
  Op,
  OpId,
  Recording,
  Request,
  RequestId,
  Resource,
} from '@holdup/model';

/** What ops of one kind have in common. */
type OpKind = Pick<Op, 'name' | 'account' | 'detail' | 'usual'>;
/** What is an op's own. `parent` is a place among the request's ops. */
type OpRest = Partial<Pick<Op, 'phases' | 'failure' | 'stack'>> & { readonly parent?: number };
/** Start, end (null: open), place in `kinds`. */
type OpRow = readonly [start: number, end: number | null, kind: number, rest?: OpRest];

/** A recording in JSON, see fixtures/recordings/README.md. Times in nanoseconds. */
export interface RecordingFile {
  /** The late one. */
  readonly request: RequestId;
  readonly origin: string;
  readonly now: Ns;
  readonly completeSince: Ns;
  readonly lookupSlots: number;
  readonly sources: readonly EvidenceSource[];
  readonly resources: readonly Resource[];
  readonly kinds: readonly OpKind[];
  readonly holders: readonly Holder[];
  readonly requests: readonly (Omit<Request, 'ops'> & { readonly ops: readonly OpRow[] })[];
  /** Places in `resources` and `holders`; end null: still held. */
  readonly holds: readonly (readonly [
    resource: number,
    unit: string,
    holder: number,
    start: number,
    end: number | null,
    stack?: Hold['stack'],
  ])[];
  /** Holder -1: not known. */
  readonly busy: readonly (readonly [start: number, end: number, holder: number])[];
  readonly blocks: LoopRecord['blocks'];
  readonly gc: LoopRecord['gc'];
  readonly cpu?: LoopRecord['cpu'];
  readonly lookups: Recording['lookups'];
}

export function unpackRecording(file: RecordingFile): Recording {
  const { requests, resources, holders, kinds } = file;
  return {
    origin: BigInt(file.origin),
    now: file.now,
    requests: new Map(
      requests.map(({ ops, ...request }) => [request.id, { ...request, ops: opsOf(request.id, ops, kinds) }]),
    ),
    resources: new Map(resources.map((resource) => [resource.id, resource])),
    holds: file.holds.map(([resource, unit, holder, start, end, stack]) => ({
      resource: at(resources, resource).id,
      unit,
      holder: at(holders, holder),
      start: start as Ns,
      ...(end === null ? {} : { end: end as Ns }),
      ...(stack === undefined ? {} : { stack }),
    })),
    loop: {
      busy: file.busy.map(([start, end, holder]) => ({
        start: start as Ns,
        end: end as Ns,
        ...(holder === -1 ? {} : { holder: at(holders, holder) }),
      })),
      blocks: file.blocks,
      gc: file.gc,
      ...(file.cpu === undefined ? {} : { cpu: file.cpu }),
    },
    lookups: file.lookups,
    lookupSlots: file.lookupSlots,
    sources: new Set(file.sources),
    completeSince: file.completeSince,
  };
}

function opsOf(request: RequestId, rows: readonly OpRow[], kinds: readonly OpKind[]): Op[] {
  return rows.map(([start, end, kind, { parent, ...rest } = {}], i) => ({
    phases: [],
    ...at(kinds, kind),
    ...rest,
    id: `${request}.${i}` as OpId,
    ...(parent === undefined ? {} : { parent: `${request}.${parent}` as OpId }),
    start: start as Ns,
    ...(end === null ? {} : { end: end as Ns }),
  }));
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`the recording has no value at ${index}`);
  return value;
}

/** The way back, for new recordings. */
export function packRecording(recording: Recording, request: RequestId): RecordingFile {
  const kinds = new Table<OpKind>();
  const holders = new Table<Holder>();
  const resources = new Table<Resource>();
  for (const resource of recording.resources.values()) resources.indexOf(resource);
  return {
    request,
    origin: String(recording.origin),
    now: recording.now,
    completeSince: recording.completeSince,
    lookupSlots: recording.lookupSlots,
    sources: [...recording.sources],
    resources: resources.values,
    kinds: kinds.values,
    holders: holders.values,
    requests: [...recording.requests.values()].map(({ ops, ...other }) => ({ ...other, ops: rowsOf(ops, kinds) })),
    holds: recording.holds.map(({ resource, unit, holder, start, end = null, stack }) => {
      const known = recording.resources.get(resource);
      if (known === undefined) throw new Error(`the recording has a hold on ${resource} and does not know it`);
      const row = [resources.indexOf(known), unit, holders.indexOf(holder), start, end] as const;
      return stack === undefined ? row : [...row, stack];
    }),
    busy: recording.loop.busy.map(({ start, end, holder }) => [
      start,
      end,
      holder === undefined ? -1 : holders.indexOf(holder),
    ]),
    blocks: recording.loop.blocks,
    gc: recording.loop.gc,
    ...(recording.loop.cpu === undefined ? {} : { cpu: recording.loop.cpu }),
    lookups: recording.lookups,
  };
}

function rowsOf(ops: readonly Op[], kinds: Table<OpKind>): OpRow[] {
  const places = new Map(ops.map((op, i) => [op.id, i]));
  return ops.map(({ id: _, start, end = null, phases, parent, failure, stack, ...kind }) => {
    const whole = parent === undefined ? undefined : places.get(parent);
    const rest: OpRest = {
      ...(phases.length === 0 ? {} : { phases }),
      ...(whole === undefined ? {} : { parent: whole }),
      ...(failure === undefined ? {} : { failure }),
      ...(stack === undefined ? {} : { stack }),
    };
    const row = [start, end, kinds.indexOf(kind)] as const;
    return Object.keys(rest).length === 0 ? row : [...row, rest];
  });
}

/** Equal values once. */
class Table<T> {
  readonly values: T[] = [];
  readonly #places = new Map<string, number>();

  indexOf(value: T): number {
    const key = JSON.stringify(value);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.#places.set(key, place);
    }
    return place;
  }
}
