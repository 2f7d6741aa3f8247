import { type Runtime, Session } from 'node:inspector';
import { hookCall } from './hook.ts';
import type { Shared } from './shared.ts';

/** Charged for a sample that did not say what it spent. */
const UNKNOWN_COST_MS = 5;

/**
 * Runs the hook on the main thread, inside whatever runs there: the inspector delivers its messages by interrupting
 * JavaScript. Nothing is paused and no debugger is enabled, which costs 20 to 30 ms a time and slows the host's code.
 * Connected only while a sample is under way: a session that is open when the process exits holds it up.
 */
export class MainThreadSampler {
  readonly #shared: Shared;
  readonly #hook: string;
  #session: Session | undefined;

  constructor(shared: Shared, hook: string) {
    this.#shared = shared;
    this.#hook = hook;
  }

  /** A sample is under way; it waits as long as a native call holds the main thread. */
  get busy(): boolean {
    return this.#session !== undefined;
  }

  /** @param onSpent told how many milliseconds of the main thread it took. */
  sample(beat: bigint, onSpent: (ms: number) => void): void {
    this.#shared.connected = true;
    // The other side looks at these two in the opposite order: one of us sees the other.
    if (this.#shared.ending) {
      this.disconnect();
      return;
    }
    const session = new Session();
    this.#session = session;
    session.connectToMainThread();
    this.#shared.ask(beat, process.hrtime.bigint());
    this.#evaluate(session, 'sample', (error, spentMs) => {
      if (this.#session !== session) return;
      onSpent(spentMs ?? UNKNOWN_COST_MS);
      if (error) this.#terminateAgain(session);
      else this.#shared.answer();
    });
    this.#evaluate(session, 'settle', () => {
      if (this.#session === session) this.disconnect();
    });
  }

  disconnect(): void {
    this.#session?.disconnect();
    this.#session = undefined;
    this.#shared.connected = false;
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

  #evaluate(session: Session, method: 'sample' | 'settle', done: (error: Error | null, value?: number) => void): void {
    const expression = hookCall(this.#hook, method);
    const options = { expression, silent: true, returnByValue: true, disableBreaks: true };
    session.post('Runtime.evaluate', options, (error, answer?: Runtime.EvaluateReturnType) => {
      const value: unknown = answer?.result.value;
      done(error, typeof value === 'number' ? value : undefined);
    });
  }
}
