import type { VerdictJson } from '@holdup/model';

export type VerdictListener = (verdict: VerdictJson) => void;

/** The program's own callbacks. */
export class VerdictListeners {
  readonly #listeners = new Set<VerdictListener>();
  readonly #held: VerdictJson[] = [];

  add(listener: VerdictListener): void {
    this.#listeners.add(listener);
  }

  delete(listener: VerdictListener): void {
    this.#listeners.delete(listener);
  }

  tell(verdict: VerdictJson): void {
    for (const listener of this.#listeners) {
      try {
        listener(verdict);
      } catch (error) {
        // The host's own callback: its error is the host's to see, but not on the agent's timer.
        process.emitWarning(error instanceof Error ? error : String(error), 'HoldupListenerWarning');
      }
    }
  }

  /** Keeps one that was made inside blocked code until the loop turns: callbacks must not run in the middle of it. */
  hold(verdict: VerdictJson): void {
    this.#held.push(verdict);
  }

  tellHeld(): void {
    for (const verdict of this.#held.splice(0)) this.tell(verdict);
  }
}
