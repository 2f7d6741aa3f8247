import type { LookupId, Op, OpId } from '@holdup/model';
import { endOf, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { LookupRecord } from '../../recorder/shared-records.ts';

/** A name lookup the program itself asked for. Those of a socket are phases of what the socket is for. */
export class DnsOp extends OpRecord {
  readonly host: string;
  /** The getaddrinfo call; undefined: asked through a resolver, which uses no slots. */
  readonly lookup: LookupRecord | undefined;

  constructor(request: RequestRecord, start: number, host: string, lookup: LookupRecord | undefined) {
    super(request, start);
    this.host = host;
    this.lookup = lookup;
  }

  override usualKey(): string {
    return `dns ${this.host}`;
  }

  /** What of it was queueing for a slot is found by the engine, from all lookups of the process. */
  override toOp(id: OpId, cut: Cut): Op {
    const { host, lookup } = this;
    return {
      id,
      name: `look up ${host}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'dns',
      phases: [],
      detail: {
        kind: 'dns',
        host,
        ...(lookup === undefined
          ? { via: 'resolver' }
          : { via: 'getaddrinfo', lookup: `l${lookup.number}` as LookupId }),
      },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
  }
}
