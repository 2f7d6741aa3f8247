import { hookLibraries } from '../module-hook.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { Connections } from './connections.ts';
import type { UndiciOp } from './undici-op.ts';

/** What is known of an AbortSignal. */
export class SignalRecord {
  /** Calls that end when it aborts. */
  readonly ops = new Set<UndiciOp>();
  /** Milliseconds after which it aborts by itself. */
  timeoutMs: number | undefined = undefined;
}

const UNDICI_INDEX = /\/undici\/index(-fetch)?\.js$/;

/**
 * When a `fetch` was aborted. As long as it waits for a connection undici publishes nothing of it: the program has
 * gone on, and the call would seem to wait until the connect fails. The promise cannot be listened to (that would mark
 * its rejection as handled), the signal neither (listeners can be counted); but every abort is dispatched. Patched where
 * it is defined: on AbortSignal's own prototype it would be a property more.
 */
export function hookSignals(kit: Kit, connections: Connections): () => void {
  const undo = [
    patchFunction(globalThis, 'fetch', (original) => wrapFetch(original, kit, connections)),
    patchFunction(EventTarget.prototype, 'dispatchEvent', (original) => {
      const aborted = kit.guard((signal: AbortSignal) => abortOps(signal));
      return function dispatchEvent(this: unknown, ...args: never[]): unknown {
        // Nobody but Node itself dispatches on a signal that is aborted already.
        if (this instanceof AbortSignal && this.aborted) aborted(this);
        return original.apply(this, args);
      };
    }),
    patchFunction(AbortSignal, 'timeout', (original) => {
      const wrapper = {
        timeout(this: unknown, ...args: never[]): unknown {
          const signal = original.apply(this, args);
          const ms: unknown = args[0];
          if (kit.on && typeof ms === 'number') recordOf(signal as AbortSignal).timeoutMs = ms;
          return signal;
        },
      };
      return wrapper.timeout;
    }),
  ];
  const patch = (exports: unknown) => {
    undo.push(patchFunction(exports as object, 'fetch', (original) => wrapFetch(original, kit, connections)));
  };
  undo.push(hookLibraries(kit, [{ file: UNDICI_INDEX, patch }]));
  return () => {
    for (const step of undo) step();
  };
}

type AnyFunction = (...args: never[]) => unknown;

function wrapFetch(original: AnyFunction, kit: Kit, connections: Connections): AnyFunction {
  return function fetch(this: unknown, ...args: never[]): unknown {
    const signal = kit.on ? signalOf(args[0], args[1]) : undefined;
    if (signal === undefined) return original.apply(this, args);
    const outer = connections.fetching;
    connections.fetching = recordOf(signal);
    try {
      // undici makes its request before it returns, on every Node from 20 to 26.
      return original.apply(this, args);
    } finally {
      connections.fetching = outer;
    }
  };
}

function signalOf(input: unknown, init: unknown): AbortSignal | undefined {
  const { signal } = (typeof init === 'object' && init !== null ? init : {}) as { signal?: unknown };
  if (signal instanceof AbortSignal) return signal;
  return signal === undefined && typeof input === 'object' && input instanceof Request ? input.signal : undefined;
}

function recordOf(signal: AbortSignal): SignalRecord {
  const known = attached(signal);
  if (known instanceof SignalRecord) return known;
  const record = new SignalRecord();
  attach(signal, record);
  return record;
}

function abortOps(signal: AbortSignal): void {
  const record = attached(signal);
  if (!(record instanceof SignalRecord)) return;
  for (const op of record.ops) op.aborted(signal.reason);
}
