import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestRecord } from '../recorder/request-record.ts';

/**
 * Whose work is running. The one AsyncLocalStorage of the agent: each further one makes every await of the host
 * dearer on Node 20 and 22.
 */
export class Context {
  readonly #als = new AsyncLocalStorage<RequestRecord | undefined>();
  /** Whose part of a library's own code is on the stack, where that is known without the storage. */
  #inside: { readonly request: RequestRecord | undefined } | undefined;

  /** The request the running code belongs to; undefined for background work. */
  current(): RequestRecord | undefined {
    return this.#inside === undefined ? this.#als.getStore() : this.#inside.request;
  }

  /** Within {@link runInside}. */
  get isInside(): boolean {
    return this.#inside !== undefined;
  }

  /** From here on the running callback and what it starts belong to `request`. */
  enter(request: RequestRecord): void {
    this.#als.enterWith(request);
  }

  /** Calls `fn` as part of `request`. Only this agent's storage changes, the host's own storages stay as they are. */
  run<T>(request: RequestRecord | undefined, fn: () => T): T {
    const outer = this.#inside;
    this.#inside = undefined;
    try {
      // Mostly the context is right already, and asking is cheaper than switching.
      return this.#als.getStore() === request ? fn() : this.#als.run(request, fn);
    } finally {
      this.#inside = outer;
    }
  }

  /**
   * The same for a library's own synchronous code, out of which none of the host's is called that would go on later: the
   * storage stays as it is, which is much cheaper.
   */
  runInside<T>(owner: { readonly request: RequestRecord | undefined }, fn: () => T): T {
    const outer = this.#inside;
    this.#inside = owner;
    try {
      return fn();
    } finally {
      this.#inside = outer;
    }
  }

  disable(): void {
    this.#als.disable();
  }
}
