import type { GcPause } from '@holdup/model';
import { toNs } from '../clock.ts';
import type { BlockRecord } from './shared-records.ts';

/** A block that goes on. */
export interface OpenBlockRecord {
  readonly block: BlockRecord;
  /** Collections within it that are known, and since when, ms. Those before are told of as the loop turns. */
  readonly collections: { readonly since: number; readonly pauses: readonly GcPause[] };
}

/** With less than this share of a block unseen what is not known of its collections would make no other verdict. */
const MAX_UNSEEN_SHARE = 0.25;

/** Whether what is known of its collections at this moment (ms) is enough to say that there were no others. */
export function knowsCollections({ block: { start }, collections }: OpenBlockRecord, at: number): boolean {
  return toNs(collections.since) - start < MAX_UNSEEN_SHARE * (toNs(at) - start);
}
