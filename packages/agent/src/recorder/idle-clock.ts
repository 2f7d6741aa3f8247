import { performance } from 'node:perf_hooks';
import { now } from '../clock.ts';
import { awakeClock } from '../cpu-clock.ts';
import { procReader } from '../proc-file.ts';
import { BEAT_MS } from '../watchdog/timing.ts';

/** How often it is looked whether somebody profiles this process by now: 50 microseconds a look. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Less than this is not looked into yet: the system's clock costs ten to thirty microseconds. Milliseconds. */
const LOOK_FROM_MS = 5;

/** So far may the system's clock be behind while the thread runs: a tick of a kernel with a hundred a second. Milliseconds. */
const TICK_MS = 10;

/**
 * How long the event loop has been idle. Node's `idleTime`, but for what it loses while a CPU profiler runs on Linux: V8 asks for its
 * samples by a signal, which ends the loop's sleep, and libuv counts the idle time of a sleep from its last interruption.
 * With a sample every 10 ms a loop that sleeps for 39 ms was idle for 9.
 *
 * What is missing is known from two sides: an idle thread neither runs nor waits for a processor; and a loop cannot have been idle for longer
 * than a beat since the last one, or the heartbeat would have come.
 */
export class IdleClock {
  readonly #timing = performance.nodeTiming;
  readonly #awakeMs = awakeClock();
  readonly #isProfiled = profilerCheck();
  #isInterrupted = false;
  /** Idle time that Node did not count, ms. */
  #lost = 0;
  /** As it last was read. */
  #last = { time: 0, idle: 0, awake: 0 };
  /** Time since then that was asleep and not idle as Node counts, or less than none while the system's clock was behind, ms. */
  #unexplained = 0;
  #idleAtBeat = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** Milliseconds since the process began. Not in the middle of anything: it remembers. */
  read(): number {
    const idle = this.#timing.idleTime;
    if (this.#isInterrupted) this.#findLost(idle);
    return idle + this.#lost;
  }

  /** The same, in the middle of anything: what was lost since it was last read is missing. */
  peek(): number {
    return this.#timing.idleTime + this.#lost;
  }

  /** The heartbeat's timer ran. */
  beat(time: number): void {
    if (time - this.#lookedAt >= LOOK_EVERY_MS) this.look(time);
    this.#idleAtBeat = this.read();
  }

  /** A profiler was turned on or off. */
  look(time = now()): void {
    this.#lookedAt = time;
    const isInterrupted = this.#isProfiled();
    if (isInterrupted && !this.#isInterrupted) {
      const idle = this.#timing.idleTime;
      this.#last = { time, idle, awake: this.#awakeMs() };
      this.#unexplained = 0;
    }
    this.#isInterrupted = isInterrupted;
  }

  #findLost(idle: number): void {
    const last = this.#last;
    const time = now();
    if (time - last.time - (idle - last.idle) <= LOOK_FROM_MS) return;
    const awake = this.#awakeMs();
    const slept = time - last.time - (idle - last.idle) - (awake - last.awake);
    last.time = time;
    last.idle = idle;
    last.awake = awake;
    // What a clock that was behind made too much it makes too little at the next look: only the sum says that there was sleep.
    this.#unexplained = Math.max(-TICK_MS, this.#unexplained + slept);
    if (this.#unexplained <= TICK_MS) return;
    const room = this.#idleAtBeat + BEAT_MS - (idle + this.#lost);
    this.#lost += Math.max(0, Math.min(this.#unexplained, room));
    this.#unexplained = 0;
  }
}

/** 27 on every Linux that Node runs on. */
const SIGPROF_BIT = 1n << 26n;

/** The file has about 1,500 bytes; the line wanted is among the first 1,200. */
const MAX_BYTES = 4_096;

const CAUGHT = Buffer.from('\nSigCgt:\t');
const MASK_DIGITS = 16;

/**
 * Tells whether this process is sampled by signals, whoever it is that profiles it. Elsewhere than on Linux V8 stops the thread instead,
 * which ends no sleep.
 */
function profilerCheck(): () => boolean {
  if (process.platform !== 'linux') return () => false;
  const read = procReader('/proc/self/status', MAX_BYTES);
  return () => {
    const bytes = read();
    const at = bytes?.indexOf(CAUGHT) ?? -1;
    if (bytes === undefined || at < 0) return false;
    const mask = bytes.toString('latin1', at + CAUGHT.length, at + CAUGHT.length + MASK_DIGITS);
    return mask.length === MASK_DIGITS && (BigInt(`0x${mask}`) & SIGPROF_BIT) !== 0n;
  };
}
