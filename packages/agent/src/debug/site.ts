import type { Session } from 'node:inspector';
import type { MainThread } from '../watchdog/main-thread.ts';
import type { Shared } from '../watchdog/shared.ts';
import { BLOCKED_AFTER_MS } from '../watchdog/timing.ts';
import { type Answer, refuse } from './answer.ts';
import type { ProfileLease } from './lease.ts';
import type { DebugSite, Reading, Vitals } from './route.ts';

/** Waiting for the main thread's answer, so that every endpoint answers within 100. A healthy one takes 1 to 5. */
const READ_WITHIN_MS = 80;

const NS_PER_MS = 1e6;

/** What was asked, as far as endpoints care. */
type Asked = Pick<DebugSite, 'gone' | 'accept' | 'isHead'>;

/** What one request to an endpoint works with. */
export class Site implements DebugSite {
  readonly gone: AbortSignal;
  readonly accept: string;
  readonly isHead: boolean;
  readonly #shared: Shared;
  readonly #main: MainThread;
  readonly #lease: ProfileLease;

  constructor(shared: Shared, main: MainThread, lease: ProfileLease, asked: Asked) {
    this.#shared = shared;
    this.#main = main;
    this.#lease = lease;
    this.gone = asked.gone;
    this.accept = asked.accept;
    this.isHead = asked.isHead;
  }

  evaluate(reader: string, args: unknown = null, withinMs = READ_WITHIN_MS): Promise<Reading> {
    return this.#main.read(reader, JSON.stringify(args), withinMs);
  }

  withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
    return this.#main.withSession(use);
  }

  async exclusive(who: string, profile: () => Promise<Answer>): Promise<Answer> {
    const holder = this.#lease.take(who);
    if (holder !== undefined) return refuse(409, `one profile at a time; at work: ${holder}`);
    try {
      return await profile();
    } finally {
      this.#lease.give();
    }
  }

  vitals(): Vitals {
    const silentMs = Number(process.hrtime.bigint() - this.#shared.beat) / NS_PER_MS;
    return { silentMs, blocked: silentMs >= BLOCKED_AFTER_MS, inFlight: this.#shared.inFlight };
  }
}
