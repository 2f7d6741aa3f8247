import type { VerdictJson } from '@holdup/agent';
import type { OtherServerKind } from './other-server.ts';
import type { Plan } from './plan.ts';
import type { World } from './world.ts';

export type CauseId = Exclude<VerdictJson['verdict']['cause'], 'undetermined'>;

/** One request the load sends. */
export interface Shot {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests of one route, with a random pause between them. */
export interface Stream {
  /** Method and path pattern, as a person would name the route. */
  readonly route: string;
  /** Mean pause, ms. */
  readonly everyMs: number;
  /** Requests sent together. Default 1. */
  readonly burst?: number;
  /** First shot so long after the start of the phase, ms. Default: a random part of the pause. */
  readonly offsetMs?: number;
  /** What the requests' own headers give them, where that is not the service's budget, ms. */
  readonly budgetMs?: number;
  /** An exact beat, for streams that have to meet. */
  readonly steady?: boolean;
  /** The caller loses patience and hangs up after so long, ms. */
  readonly abortAfterMs?: number;
  /** The caller's line is slow: it takes so long to send the body, ms. */
  readonly uploadMs?: number;
  /** And so long to read the response, ms, as far as the system's buffers do not hide it. */
  readonly readMs?: number;
  /** `count` rises by one with every request of the stream. */
  shoot(count: number): Shot;
}

/** A service of others that the app calls. It runs in the lab's own process and answers JSON. */
export interface PartnerSpec {
  /** `https://localhost`; the app gets the authority through NODE_EXTRA_CA_CERTS. */
  readonly tls?: boolean;
  /** Known by a name that only the lab's name server knows: `prices.internal`. */
  readonly named?: boolean;
  /** A process of its own, so that it can stand still with a full accept queue. */
  readonly stalls?: boolean;
  /** Its name, which it must have, has so many addresses; the first and the others stall apart. */
  readonly addresses?: number;
  /** Milliseconds to its first byte on a good day. Default: the plan's. */
  readonly usualMs?: number;
}

export interface Expected {
  readonly cause: CauseId;
  /** Parts of the culprit's name; any of them will do. */
  readonly culprits: readonly string[];
}

/** A small service and what goes wrong in it. What is in here stays outside the service's process. */
export interface Declaration {
  /** Name of its folder. */
  readonly name: string;
  /** For people: what goes wrong, in one sentence. */
  readonly title: string;
  /** What the service is built of. */
  readonly stack: string;
  /** The cause in question, for selection; `expected` may depend on the run. */
  readonly cause: CauseId;
  /** Route whose verdicts count. */
  readonly victim: string;
  /** Route that has nothing to do with the fault: verdicts on it while the fault is on are false alarms. */
  readonly elsewhere?: string;
  /** A fault this far below the budget (severity under 0.7) makes no victim late: the run is a control. */
  readonly scales?: boolean;
  /** A crowd is what is wrong: with one it is no control. */
  readonly crowded?: boolean;
  /** What is wrong needs a processor: no other run is played beside it. */
  readonly hungry?: boolean;
  /** Milliseconds, where what is wrong cannot be made to take longer. Default: 300 to 1,000. */
  readonly budgetMs?: readonly [number, number];
  /** Times the budget, for a fault that is on. */
  readonly severity: readonly [number, number];
  /** Two causes at once, or a fault behind a fault: counted apart. */
  readonly compound?: boolean;
  readonly partners?: Readonly<Record<string, PartnerSpec>>;
  /** SQL that fills the app's own database; without it the app has none. */
  readonly schema?: (plan: Plan) => string;
  /** A server of another sort, for this app alone; the machine has to have it. The app gets MARIADB_URL or REDIS_URL. */
  readonly otherServer?: { readonly kind: OtherServerKind; readonly statements: readonly string[] };
  /** The app reaches its database through a door that can make new connections wait. */
  readonly door?: boolean;
  /** The app's names are resolved by the lab's name server through getaddrinfo; needs privileges. */
  readonly ownResolver?: boolean;
  /** Further names, without their zone, that the lab's name server answers with a loopback address. */
  readonly extraNames?: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Further environment of the app, such as its pool size. Nothing in it may tell which fault is meant. */
  env?(plan: Plan, world: World): Readonly<Record<string, string>>;
  expected(plan: Plan, world: World): Expected;
  /** What the service's customers do all day. */
  traffic(plan: Plan): readonly Stream[];
  /** Streams that take the place of their routes' everyday ones while the fault is on. */
  faultTraffic?(plan: Plan): readonly Stream[];
  /** Sets up what is so on good days too. */
  before?(world: World, plan: Plan): void;
  on?(world: World, plan: Plan): Promise<void> | void;
}
