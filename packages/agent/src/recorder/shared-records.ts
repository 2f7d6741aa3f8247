import type { LoopBlock, Resource } from '@holdup/model';
import { OPEN } from '../clock.ts';
import type { Link } from './chain.ts';
import type { RequestRecord } from './request-record.ts';

/** One unit of a resource in somebody's hands. Survives the eviction of its holder: a leak outlives its request. */
export class HoldRecord implements Link<HoldRecord> {
  readonly resource: Resource;
  readonly unit: string;
  /** Undefined: background work. */
  readonly request: RequestRecord | undefined;
  readonly start: number;
  end = OPEN;
  /** Number of the stack that took it, while deeper recording is on. */
  stack = -1;
  before: HoldRecord | undefined = undefined;
  after: HoldRecord | undefined = undefined;
  chained = false;

  constructor(resource: Resource, unit: string, request: RequestRecord | undefined, start: number) {
    this.resource = resource;
    this.unit = unit;
    this.request = request;
    this.start = start;
  }
}

/** One getaddrinfo call of the process; all share libuv's lookup slots. */
export class LookupRecord implements Link<LookupRecord> {
  readonly number: number;
  readonly host: string;
  readonly request: RequestRecord | undefined;
  readonly start: number;
  end = OPEN;
  before: LookupRecord | undefined = undefined;
  after: LookupRecord | undefined = undefined;
  chained = false;

  constructor(number: number, host: string, request: RequestRecord | undefined, start: number) {
    this.number = number;
    this.host = host;
    this.request = request;
    this.start = start;
  }
}

/** A block and the request whose code it was. */
export type BlockRecord = Omit<LoopBlock, 'holder'> & { readonly owner?: RequestRecord };
