import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestRecord } from '../recorder/request-record.ts';

/**
 * Whose work is running. The one AsyncLocalStorage of the agent: each further one makes every await of the host
 * dearer on Node 20 and 22.
 */
export class Context {
  readonly #als = new AsyncLocalStorage<RequestRecord | undefined>();

  /** The request the running code belongs to; undefined for background work. */
  current(): RequestRecord | undefined {
    return this.#als.getStore();
  }

  /** From here on the running callback and what it starts belong to `request`. */
  enter(request: RequestRecord): void {
    this.#als.enterWith(request);
  }

  /** Calls `fn` as part of `request`. Only this agent's storage changes, the host's own storages stay as they are. */
  run<T>(request: RequestRecord | undefined, fn: () => T): T {
    // Mostly the context is right already, and asking is cheaper than switching.
    return this.#als.getStore() === request ? fn() : this.#als.run(request, fn);
  }

  disable(): void {
    this.#als.disable();
  }
}
