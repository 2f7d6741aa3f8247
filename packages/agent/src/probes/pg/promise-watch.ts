/** Told when a promise that a library makes for its caller is settled. */
export interface Settled {
  resolved(value: unknown): void;
  rejected(reason: unknown): void;
}

type PromiseClass = typeof Promise;

/**
 * Sees the settling of a promise that a library makes with a promise class it keeps in a property, as pg and pg-pool
 * do. For the length of one call the property holds a stand-in that makes the very same promise and
 * listens at its resolve and reject. The host gets the library's own promise: same class, same ticks, same rejections.
 * (A `then` of our own would mark a rejection as handled, and the host would miss its `unhandledRejection`.)
 */
export class PromiseWatch {
  readonly #standIns = new WeakMap<PromiseClass, PromiseClass>();
  /** Who listens to the next promise that is made. */
  #listener: Settled | undefined;

  call<R>(owner: Record<string, unknown>, property: string, listener: Settled, fn: () => R): R {
    const original = owner[property];
    if (typeof original !== 'function') return fn();
    owner[property] = this.#standInFor(original as PromiseClass);
    this.#listener = listener;
    try {
      return fn();
    } finally {
      this.#listener = undefined;
      owner[property] = original;
    }
  }

  #standInFor(original: PromiseClass): PromiseClass {
    let standIn = this.#standIns.get(original);
    if (standIn === undefined) {
      standIn = this.#makeStandIn(original);
      this.#standIns.set(original, standIn);
    }
    return standIn;
  }

  #makeStandIn(Original: PromiseClass): PromiseClass {
    const take = () => {
      const listener = this.#listener;
      this.#listener = undefined;
      return listener;
    };
    function StandIn<T>(executor: ConstructorParameters<typeof Promise<T>>[0]): Promise<T> {
      const listener = take();
      if (listener === undefined) return new Original(executor);
      return new Original<T>((resolve, reject) =>
        executor(
          (value) => {
            listener.resolved(value);
            resolve(value);
          },
          (reason) => {
            listener.rejected(reason);
            reject(reason);
          },
        ),
      );
    }
    // `reject`, `resolve`, `try` of the class the library knows.
    Object.setPrototypeOf(StandIn, Original);
    return StandIn as unknown as PromiseClass;
  }
}
