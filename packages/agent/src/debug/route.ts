import type { Session } from 'node:inspector';
import type { Answer } from './answer.ts';

/** One endpoint: one file, one line in `routes.ts`. */
export interface Route {
  /** As it stands in the URL: `/debug/pprof/goroutine`. */
  readonly path: string;
  /** For the index page: what it shows, in one line. */
  readonly title: string;
  /** What the index page's link adds for people: `?debug=2`. */
  readonly linkQuery?: string;
  /** @throws BadQuery for parameters that make no sense. Any other error is answered as 500. */
  handle(query: URLSearchParams, site: DebugSite): Promise<Answer>;
}

/** What the main thread said when it was asked. */
export type Reading =
  | { readonly kind: 'fresh'; readonly value: unknown }
  /**
   * It did not answer in time: it is in a call that cannot be interrupted (native code, a collection). `last` is what the
   * same question was answered before, if ever.
   */
  | { readonly kind: 'stuck'; readonly last?: { readonly value: unknown; readonly ageMs: number } }
  /** The question itself failed there. */
  | { readonly kind: 'failed'; readonly why: string };

/** What an endpoint works with, in the watchdog thread. */
export interface DebugSite {
  /**
   * Calls a reader of `readers.ts` on the main thread, within whatever runs there: while it is blocked in JavaScript, too. At
   * once where nothing native runs.
   * @param args becomes JSON
   * @param withinMs how long to wait for the answer; 80 when absent, so that every endpoint answers within 100
   */
  evaluate(reader: string, args?: unknown, withinMs?: number): Promise<Reading>;
  /** An inspector session on the main thread, for as long as `use` runs. The exit of the host may end it at any time. */
  withSession<T>(use: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Runs `profile` if no other profile runs, else answers 409 with who does.
   * @param who for the others: `CPU profile, 30 s`
   */
  exclusive(who: string, profile: () => Promise<Answer>): Promise<Answer>;
  /** What shared memory says, whatever the main thread does. */
  vitals(): Vitals;
  /** Aborted when whoever asked has gone, or the process exits. */
  readonly gone: AbortSignal;
  /** The `Accept` header. */
  readonly accept: string;
  /** Only the head of the answer is wanted: nothing has to be watched for it. */
  readonly isHead: boolean;
}

export interface Vitals {
  /** Since the main thread last went through its event loop, ms. */
  readonly silentMs: number;
  /** Longer than a healthy loop ever takes. */
  readonly blocked: boolean;
  /** Requests in flight when it last went through its loop. */
  readonly inFlight: number;
}
