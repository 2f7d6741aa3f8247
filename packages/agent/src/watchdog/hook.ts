/** What the thread calls on the main thread, through the inspector. */
interface Hook {
  /** Takes a sample of the run it interrupted. Milliseconds spent. */
  sample(): number;
  /** Evaluated right after `sample`: keeps the host where it is while a termination that hit `sample` is renewed. */
  settle(): void;
}

/** Makes the hook reachable as `globalThis[Symbol.for(name)]`, invisible to enumeration. */
export function installHook(name: string, hook: Hook): void {
  Object.defineProperty(globalThis, Symbol.for(name), { value: hook, configurable: true });
}

export function removeHook(name: string): void {
  Reflect.deleteProperty(globalThis, Symbol.for(name));
}

/** Optional all the way: the hook may be gone when the call arrives. */
export function hookCall(name: string, method: keyof Hook): string {
  return `globalThis[Symbol.for(${JSON.stringify(name)})]?.${method}()`;
}
