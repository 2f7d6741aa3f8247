/** What the thread calls on the main thread, through the inspector. */
interface Hook {
  /** Answers a debug endpoint: `{ value }` or `{ error }` as JSON. @param args JSON */
  read(reader: string, args: string): string | undefined;
  /** Takes a sample of the run it interrupted. Milliseconds spent. */
  sample(): number;
  /** Interrupts the host so that the agent sees whose code runs. */
  tick(): void;
  /** Evaluated right after `sample`: keeps the host where it is while a termination that hit `sample` is renewed. */
  settle(): void;
}

export type HookMethod = keyof Hook;

/** Makes the hook reachable as `globalThis[Symbol.for(name)]`, invisible to enumeration. */
export function installHook(name: string, hook: Hook): void {
  Object.defineProperty(globalThis, Symbol.for(name), { value: hook, configurable: true });
}

export function removeHook(name: string): void {
  Reflect.deleteProperty(globalThis, Symbol.for(name));
}

/** Optional all the way: the hook may be gone when the call arrives. @param args strings of any content */
export function hookCall(name: string, method: HookMethod, args: readonly string[]): string {
  const list = args.map((arg) => JSON.stringify(arg)).join();
  return `globalThis[Symbol.for(${JSON.stringify(name)})]?.${method}(${list})`;
}
