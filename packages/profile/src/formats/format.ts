import type { Profile } from '../profile.ts';

/** A way profiles are written. One file each, one line in the table of `read-profile.ts`. */
export interface Format {
  readonly id: string;
  /** Whether these bytes are this format's, whole or damaged; cheap, and looks at the beginning only. */
  sniff(bytes: Uint8Array): boolean;
  /**
   * Undefined when they turn out to be something else after all.
   * @throws ProfileError when they are this format's but damaged or beyond LIMITS.
   */
  parse(bytes: Uint8Array): Profile | undefined;
}
