import type { Answer, Options } from '../options.ts';
import { originOf } from '../origin.ts';
import { type Call, type Node, type Tree, unwrap } from '../tree.ts';

/** A call that asks another service. */
export interface Outgoing {
  readonly call: Call;
  /** As people call it: `fetch`, `axios.get`. */
  readonly name: string;
  /** Does anything end it in time? */
  readonly bounded: Answer;
  /** Was a signal given? */
  readonly signal: Answer;
  /** How to bound it. */
  readonly help: string;
  /** The signal that was given, where it is a timer's alone. */
  readonly timer?: Node;
  /** A limit is set that ends nothing. */
  readonly trap?: string;
}

/** A library that makes outgoing calls. */
export interface Client {
  /** By the origin of what is called, such as `axios:create().get`. */
  matches(path: string): boolean;
  /** Undefined: this call asks nobody, or not from a server. */
  read(tree: Tree, call: Call, path: string): Outgoing | undefined;
}

/** `signal: AbortSignal.timeout(ms)`: bounds the call, and lets it go on when nobody waits any more. */
export function timerOf(tree: Tree, { properties }: Options): { readonly timer: Node } | undefined {
  const signal = properties.get('signal');
  const path = signal && originOf(tree, unwrap(signal))?.path;
  return signal && path === 'global:AbortSignal.timeout()' ? { timer: signal } : undefined;
}
