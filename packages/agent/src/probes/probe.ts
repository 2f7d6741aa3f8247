import type { EvidenceSource } from '@holdup/model';
import type { Context } from '../context/context.ts';
import type { Flight } from '../recorder/flight.ts';
import type { RequestRecord } from '../recorder/request-record.ts';

/** Of a guarded function: at most three. */
export type FewArguments = readonly [unknown?, unknown?, unknown?];

/** What a probe works with. */
export interface Kit {
  readonly context: Context;
  readonly flight: Flight;
  /** False once the agent turned itself off: wrappers then only call through. */
  readonly on: boolean;
  /** Gives a new request its deadline from what the caller sent and what is configured. */
  setDeadline(request: RequestRecord, headers: Readonly<Record<string, unknown>>): void;
  /** A request ended: decides whether it was late. */
  finished(request: RequestRecord): void;
  /**
   * The one boundary: a bug of the agent in here never reaches the host. It turns the agent off, which says so once.
   */
  guard<A extends FewArguments>(fn: (...args: A) => void): (...args: A) => void;
  /** The same for what has a result: undefined when the agent is off or fails. */
  attempt<A extends FewArguments, R>(fn: (...args: A) => R): (...args: A) => R | undefined;
  /** For code that cannot be wrapped: reports a bug of the agent. */
  fail(error: unknown): void;
}

/** One way of seeing what requests do. Installs its hooks and returns what takes them out again. */
export interface Probe {
  readonly name: string;
  /** What its presence lets causes rely on. */
  readonly sources: readonly EvidenceSource[];
  install(kit: Kit): () => void;
}
