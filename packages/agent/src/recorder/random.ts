import { threadId } from 'node:worker_threads';

/**
 * Random numbers of the agent's own. `Math.random` is the host's: with `--random-seed` its sequence is what the host counts on.
 * The generator is xoshiro128**, seeded by what differs between processes and threads. Not for secrets.
 */
export class Random {
  readonly #state = Uint32Array.of(
    process.pid,
    threadId + 1,
    Number(process.hrtime.bigint() & 0xffff_ffffn),
    Date.now(),
  );

  constructor() {
    // What differs little in the seed differs little in the first numbers.
    for (let i = 0; i < 16; i++) this.bits();
  }

  /** 32 random bits, as a non-negative integer. */
  bits(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    state[0] = a ^ d ^ b;
    state[1] = b ^ c ^ a;
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotate(d ^ b, 11);
    return result;
  }

  /** At least 0, less than 1. */
  next(): number {
    return this.bits() / 2 ** 32;
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
