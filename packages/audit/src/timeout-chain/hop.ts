import type { Hazard, Place, Problem, Severity } from '../hazard.ts';
import type { Variable } from './environment.ts';

/** What a timeout bounds, the same word for every format. Units are milliseconds throughout. */
export type TimeoutKind =
  /** The whole exchange with what lies inside, retries included. */
  | 'request'
  /** Waiting for the answer: until its headers, or between two reads of it. */
  | 'response'
  /** One attempt of several. */
  | 'try'
  | 'connect'
  | 'send'
  /** What the hop itself may take to answer. */
  | 'handler'
  /** Receiving the caller's request headers, and the whole request. */
  | 'header'
  | 'body'
  /** Writing the answer to the caller. */
  | 'write'
  /** No byte on the caller's connection while a request runs. */
  | 'idle'
  /** An idle connection from a caller is closed after this. */
  | 'keepalive'
  /** An idle connection to what lies inside is kept this long. */
  | 'upstream-keepalive'
  | 'acquire'
  | 'queue'
  | 'query'
  | 'statement'
  | 'lock'
  /** How long a statement waits for a lock before the server looks for a deadlock. */
  | 'deadlock'
  | 'idle-in-transaction'
  | 'lifetime'
  | 'probe'
  | 'probe-period'
  | 'grace'
  /** How often Node looks whether a header or request timeout has passed. */
  | 'check-interval';

/** `none`: no limit. `unknown`: written, but its value is decided elsewhere (a variable, a template). */
export type Limit = number | 'none' | 'unknown';

export interface Timeout {
  readonly kind: TimeoutKind;
  readonly ms: Limit;
  /** Its name in its own format: `proxy_read_timeout`. */
  readonly setting: string;
  /** Where it is set; of a default: where the hop is declared. */
  readonly place: Place;
  readonly source: 'set' | 'default';
  /** Of a default: from which version on, and the page that says so. */
  readonly version?: string;
  readonly doc?: string;
  /** Of a default that holds requests up or cuts them off unexpectedly: how. */
  readonly bites?: string;
  /** Where the value comes from when it is not written right there. */
  readonly note?: string;
  /** The running process that says so. */
  readonly live?: string;
}

/** Behind a value: ` (default)`, ` (live)`. */
export function markOf({ source, live }: Timeout): string {
  const words = [...(live === undefined ? [] : ['live']), ...(source === 'default' ? ['default'] : [])];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** What a running process says of one setting. */
export interface LiveLimit {
  readonly kind: TimeoutKind;
  readonly setting: string;
  /** `not set`: it leaves that to the other side. */
  readonly ms: Limit | 'not set';
  readonly place: Place;
  /** Of a value that is the default: whose. */
  readonly version?: string;
}

export interface Retries {
  /** Attempts after the first. */
  readonly count: number | 'unknown';
  /** After this long no further attempt begins. */
  readonly windowMs?: number;
  readonly setting: string;
  readonly place: Place;
  readonly source: 'set' | 'default';
}

export type Role =
  | 'edge'
  | 'proxy'
  | 'mesh'
  | 'workload'
  | 'server'
  | 'client'
  | 'pool'
  /** A pool that is a process of its own, between programs and a database. */
  | 'pooler'
  | 'database';

export type Engine = 'postgres' | 'mysql';

/** As whom a pool connects, as far as its options say. */
export interface Session {
  readonly user?: string;
  readonly database?: string;
}

/** A name or port something listens on or is called by; both absent: not known. */
export interface Endpoint {
  readonly host?: string;
  readonly port?: number;
}

/** One party on a request's way that can wait, or make others wait. */
export interface Hop {
  /** Of a program's settings for all: formats whose routes it serves. */
  readonly serves?: readonly string[];
  /** Unique in a report. */
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly role: Role;
  readonly place: Place;
  readonly timeouts: readonly Timeout[];
  readonly retries?: Retries;
  readonly listens: readonly Endpoint[];
  /** Empty: it calls nobody that its file names. */
  readonly upstreams: readonly Endpoint[];
  /** Of pools, poolers and databases. */
  readonly engine?: Engine;
  readonly session?: Session;
  /** Of a pooler: parameters of a session that it takes and does not pass on; every other one it refuses. */
  readonly droppedParameters?: readonly string[];
  /** False: it opens a connection per request, so no idle one can be closed under it. */
  readonly reusesUpstream?: boolean;
  /** `node`, `go`: hops of one language in one folder tree are one program. */
  readonly language?: string;
  /** Of a function: the path its program's file begins with, without the ending. */
  readonly entry?: string;
  /** What a rule of its own format has already found while reading. */
  readonly remarks?: readonly Remark[];
  /** Of what a running process was asked: where, and all it says. */
  readonly live?: { readonly address: string; readonly limits: readonly LiveLimit[] };
}

/** Something only the format's reader can see, reported under a rule of the chain. */
export interface Remark {
  readonly rule: string;
  readonly message: string;
  readonly help: string;
  readonly place: Place;
  /** Absent: a warning. */
  readonly severity?: Severity;
  readonly related?: NonNullable<Hazard['related']>;
}

/** The same address under another name: a Kubernetes Service and what it forwards to. */
export interface Alias {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** Settings for the hops that call `host` (an Istio DestinationRule). */
export interface Overlay {
  readonly host: string;
  readonly format: string;
  readonly timeouts: readonly Timeout[];
  readonly hop: Hop;
}

/** Settings a database has for everybody, a role or one of its databases: they hold for the sessions they name. */
export interface SessionSettings {
  readonly engine: Engine;
  /** Empty: for everybody. */
  readonly session: Session;
  /** Shown to people: `role app`. */
  readonly subject: string;
  readonly timeouts: readonly Timeout[];
  /** What stands for them where no hop of the chain takes them. */
  readonly hop: Hop;
}

/** What looks like a timeout but is not known here: listed, never assumed. */
export interface NotUnderstood {
  readonly setting: string;
  readonly place: Place;
  /** A variable of the environment: understood after all where a program's source reads it. */
  readonly variable?: string;
}

export interface Reading {
  readonly hops: readonly Hop[];
  readonly aliases: readonly Alias[];
  readonly overlays: readonly Overlay[];
  readonly notUnderstood: readonly NotUnderstood[];
  readonly problems: readonly Problem[];
  readonly sessions?: readonly SessionSettings[];
  /** What programs are started with. */
  readonly variables?: readonly Variable[];
  /** For people. */
  readonly notes?: readonly string[];
}

export const NOTHING_READ: Reading = { hops: [], aliases: [], overlays: [], notUnderstood: [], problems: [] };

export interface ConfigFile {
  /** As given or found: relative to the working directory, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** Names that look like a limit in time; of these, what is not known is listed. */
const TIMELY = /time-?_?out|keep-?_?alive|deadline|(?:^|[_-])ttl$/i;

export function looksLikeTimeout(name: string): boolean {
  return TIMELY.test(name);
}
