import { type Runtime, Session } from 'node:inspector';
import type { Reading } from '../debug/route.ts';
import { type HookMethod, hookCall } from './hook.ts';
import type { Shared } from './shared.ts';

type Done = (error: Error | null, value: unknown) => void;

/** How much longer than asked to wait for an answer that is on its way. Making the first verdict takes that long. */
const PATIENCE_MS = 400;
const PATIENCE_STEP_MS = 50;
/** A timer of this thread that late: the machine has no turns to give, and the main thread may be waiting for one. */
const STARVED_MS = 10;

/** Answers kept to show when the main thread cannot be asked: one per question, and there are few. */
const MAX_LAST = 32;

/** What a reader says, told before anybody asked. */
export interface ToldAnswer {
  readonly reader: string;
  readonly value: unknown;
}

/**
 * The thread's way to the main thread. Calls the hook there, inside whatever runs: the inspector delivers its messages by
 * interrupting JavaScript. Nothing is paused and no debugger is enabled, which costs 20 to 30 ms a time and slows the host's
 * code. Connected only while there is something to ask: a session that is open when the process exits holds it up.
 */
export class MainThread {
  readonly #shared: Shared;
  readonly #hook: string;
  readonly #sessions = new Set<Session>();
  readonly #last = new Map<string, { readonly value: unknown; readonly at: number }>();
  /** Kept over many questions: connecting is most of what a short one costs. */
  #kept: Session | undefined;
  /** The question under way; it waits as long as a native call holds the main thread. */
  #asking: Promise<void> | undefined;

  constructor(shared: Shared, hook: string) {
    this.#shared = shared;
    this.#hook = hook;
  }

  /** A question is under way: the hook answers one at a time. */
  get busy(): boolean {
    return this.#asking !== undefined;
  }

  get connected(): boolean {
    return this.#sessions.size > 0;
  }

  /**
   * Calls the hook; `done` hears of its result, unless the process exits first. Not while {@link busy}.
   * @param beat of the block it is about; 0n: of none
   */
  ask(method: HookMethod, args: readonly string[], beat: bigint, done: Done): void {
    const session = this.#kept ?? this.#connect();
    if (session === undefined) return;
    this.#shared.ask(beat, process.hrtime.bigint());
    this.#asking = new Promise((settled) => {
      evaluate(session, hookCall(this.#hook, method, args), (error, value) => {
        if (!this.#sessions.has(session)) return;
        if (error) this.#terminateAgain(session);
        else this.#shared.answer();
        done(error, value);
      });
      evaluate(session, hookCall(this.#hook, 'settle', []), () => {
        this.#asking = undefined;
        if (session !== this.#kept) this.#disconnect(session);
        settled();
      });
    });
  }

  told({ reader, value }: ToldAnswer): void {
    this.#remember(questionOf(reader, NO_ARGS), value);
  }

  /** Whether to stay connected between questions: while there are many a second. */
  keep(on: boolean): void {
    if (on) this.#kept ??= this.#connect();
    else if (this.#kept !== undefined && !this.busy) {
      this.#disconnect(this.#kept);
      this.#kept = undefined;
    }
  }

  /** Has a reader called and its answer as a value. @param args JSON */
  async read(reader: string, args: string, withinMs: number): Promise<Reading> {
    const until = performance.now() + withinMs;
    const key = questionOf(reader, args);
    while (this.#asking !== undefined) {
      if (!(await this.#isSettled(this.#asking, until))) return this.#stuck(key);
    }
    let reading: Reading | undefined;
    this.ask('read', [reader, args], 0n, (error, value) => {
      reading = error === null ? this.#keep(key, value) : { kind: 'failed', why: error.message };
    });
    if (this.#asking !== undefined) await this.#isSettled(this.#asking, until);
    return reading ?? this.#stuck(key);
  }

  /**
   * Waits until the question is over, or the time has come: false. A little longer where it does not look like a native call:
   * the main thread is at the answer, or this thread itself gets its turns late.
   */
  async #isSettled(asking: Promise<void>, until: number): Promise<boolean> {
    if (await settledBy(asking, until)) return true;
    for (let at = until; at < until + PATIENCE_MS; at += PATIENCE_STEP_MS) {
      const isStarved = performance.now() - at > STARVED_MS;
      if (!isStarved && !this.#shared.heard) return false;
      if (await settledBy(asking, performance.now() + PATIENCE_STEP_MS)) return true;
    }
    return false;
  }

  async withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#connect();
    if (session === undefined) throw new Error('the process is about to exit');
    try {
      return await use(session);
    } finally {
      this.#disconnect(session);
    }
  }

  disconnect(): void {
    for (const session of this.#sessions) this.#disconnect(session);
    this.#kept = undefined;
    this.#shared.connected = false;
  }

  #connect(): Session | undefined {
    this.#shared.connected = true;
    // The other side looks at these two in the opposite order: one of us sees the other.
    if (this.#shared.ending) {
      this.disconnect();
      return undefined;
    }
    const session = new Session();
    this.#sessions.add(session);
    session.connectToMainThread();
    return session;
  }

  #disconnect(session: Session): void {
    if (!this.#sessions.delete(session)) return;
    session.disconnect();
    this.#shared.connected = this.connected;
  }

  #keep(key: string, text: unknown): Reading {
    // Nothing: the hook is gone, or the host's stack had no room for it.
    if (typeof text !== 'string') return { kind: 'failed', why: 'the main thread could not look' };
    const answer: { readonly value?: unknown; readonly error?: string } = JSON.parse(text);
    if (answer.error !== undefined) return { kind: 'failed', why: answer.error };
    this.#remember(key, answer.value);
    return { kind: 'fresh', value: answer.value };
  }

  #remember(key: string, value: unknown): void {
    if (this.#last.size >= MAX_LAST) this.#last.clear();
    this.#last.set(key, { value, at: performance.now() });
  }

  #stuck(key: string): Reading {
    const last = this.#last.get(key);
    if (last === undefined) return { kind: 'stuck' };
    return { kind: 'stuck', last: { value: last.value, ageMs: performance.now() - last.at } };
  }

  /**
   * The hook itself fails only when JavaScript was told to stop (the `timeout` of `vm`), and V8 takes the end of an
   * evaluation for the end of that. What was to be stopped is our host's and would run on for ever, so say it once more,
   * while `settle` keeps the main thread in the same place.
   */
  #terminateAgain(session: Session): void {
    session.post('Runtime.terminateExecution', () => {});
    this.#shared.answer();
  }
}

/** As a question without arguments has them in JSON. */
const NO_ARGS = 'null';

function questionOf(reader: string, args: string): string {
  return `${reader} ${args}`;
}

function evaluate(session: Session, expression: string, done: Done): void {
  const options = { expression, silent: true, returnByValue: true, disableBreaks: true };
  session.post('Runtime.evaluate', options, (error, answer?: Runtime.EvaluateReturnType) => {
    done(error, answer?.result.value);
  });
}

/** Until it is over, or the time has come: false. */
function settledBy(over: Promise<void>, until: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, until - performance.now(), false);
    over.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
