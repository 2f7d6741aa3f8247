import type { Answer } from '../options.ts';
import type { Call, Tree } from '../tree.ts';

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
