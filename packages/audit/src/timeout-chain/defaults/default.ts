import type { Limit, TimeoutKind } from '../hop.ts';

/** What holds when nothing is written. */
export interface Default {
  readonly kind: TimeoutKind;
  readonly ms: Limit;
  /** Which versions have it. */
  readonly version: string;
  /** Where its makers say so. */
  readonly doc: string;
  /** In what it was last seen. */
  readonly checked: string;
  /** What it does to a request, where that surprises people. */
  readonly bites?: string;
}

/** By `format.setting`. */
export type DefaultTable = Readonly<Record<string, Default>>;
