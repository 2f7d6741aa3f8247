const WORDS = {
  current: 0,
  inspectorOpen: 1,
  ending: 2,
  connected: 3,
  question: 4,
  questionCurrent: 5,
  serving: 6,
  inFlight: 7,
  ticking: 8,
} as const;
const TIMES = { beat: 0, questionBeat: 1, questionAt: 2 } as const;
const TIMES_BYTES = Object.keys(TIMES).length * BigInt64Array.BYTES_PER_ELEMENT;
const BYTES = TIMES_BYTES + Object.keys(WORDS).length * Int32Array.BYTES_PER_ELEMENT;

const QUESTION = { asked: 1, answered: 2, heard: 3 } as const;

/**
 * The memory both threads see. Times are `process.hrtime` nanoseconds: one monotonic clock for all threads of a process,
 * where `performance.now()` has another origin in each.
 */
export class Shared {
  readonly buffer: SharedArrayBuffer;
  readonly #times: BigInt64Array;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.buffer = buffer;
    this.#times = new BigInt64Array(buffer, 0, Object.keys(TIMES).length);
    this.#words = new Int32Array(buffer, TIMES_BYTES);
  }

  /** When the main thread last went through its loop. Unlike any other value, also names the block that follows it. */
  get beat(): bigint {
    return Atomics.load(this.#times, TIMES.beat);
  }
  set beat(at: bigint) {
    Atomics.store(this.#times, TIMES.beat, at);
  }

  /** Number of the request the main thread works for. A plain store: this is the hot path. */
  get current(): number {
    return this.#words[WORDS.current] ?? 0;
  }
  set current(request: number) {
    this.#words[WORDS.current] = request;
  }

  get inspectorOpen(): boolean {
    return Atomics.load(this.#words, WORDS.inspectorOpen) === 1;
  }
  set inspectorOpen(open: boolean) {
    Atomics.store(this.#words, WORDS.inspectorOpen, open ? 1 : 0);
  }

  /** Written once, by the main thread: it is a server, so people may want to look at it. */
  get serving(): boolean {
    return Atomics.load(this.#words, WORDS.serving) === 1;
  }
  serve(): void {
    Atomics.store(this.#words, WORDS.serving, 1);
  }

  /** Requests in flight as of the last beat. */
  get inFlight(): number {
    return Atomics.load(this.#words, WORDS.inFlight);
  }
  set inFlight(count: number) {
    Atomics.store(this.#words, WORDS.inFlight, count);
  }

  /** The main thread wants to be interrupted now and then, to look at what it runs. */
  get ticking(): boolean {
    return Atomics.load(this.#words, WORDS.ticking) === 1;
  }
  set ticking(on: boolean) {
    Atomics.store(this.#words, WORDS.ticking, on ? 1 : 0);
  }

  /** Written once, by the main thread: it exits, or wants the thread gone. */
  get ending(): boolean {
    return Atomics.load(this.#words, WORDS.ending) === 1;
  }
  end(): void {
    Atomics.store(this.#words, WORDS.ending, 1);
    Atomics.notify(this.#words, WORDS.ending);
  }
  /** Blocks the calling thread for `ms`, or until it is to end. */
  sleep(ms: number): void {
    Atomics.wait(this.#words, WORDS.ending, 0, ms);
  }

  /** The thread has an inspector session on the main thread. */
  get connected(): boolean {
    return Atomics.load(this.#words, WORDS.connected) === 1;
  }
  set connected(connected: boolean) {
    Atomics.store(this.#words, WORDS.connected, connected ? 1 : 0);
    Atomics.notify(this.#words, WORDS.connected);
  }
  /** Blocks the calling thread until the session is gone, at most `ms`. */
  waitDisconnected(ms: number): void {
    Atomics.wait(this.#words, WORDS.connected, 1, ms);
  }

  /** The thread is about to ask what runs on the main thread. */
  ask(beat: bigint, at: bigint): void {
    Atomics.store(this.#times, TIMES.questionBeat, beat);
    Atomics.store(this.#times, TIMES.questionAt, at);
    Atomics.store(this.#words, WORDS.questionCurrent, this.current);
    Atomics.store(this.#words, WORDS.question, QUESTION.asked);
  }
  /** What was asked: during which block, when, and the request the main thread worked for at that time. */
  get question(): { readonly beat: bigint; readonly at: bigint; readonly current: number } {
    return {
      beat: Atomics.load(this.#times, TIMES.questionBeat),
      at: Atomics.load(this.#times, TIMES.questionAt),
      current: Atomics.load(this.#words, WORDS.questionCurrent),
    };
  }
  /** The main thread has begun to answer. */
  hear(): void {
    Atomics.store(this.#words, WORDS.question, QUESTION.heard);
  }
  get heard(): boolean {
    return Atomics.load(this.#words, WORDS.question) === QUESTION.heard;
  }
  answer(): void {
    Atomics.store(this.#words, WORDS.question, QUESTION.answered);
  }
  /**
   * Holds the calling thread until the question is answered, at most `ms`. It spins: the host may itself be interrupted
   * in an `Atomics.wait`, and V8 of Node 20 has one place per thread for that. A second one within it ends the process
   * (`free(): invalid pointer`).
   */
  waitAnswered(ms: number): void {
    const until = performance.now() + ms;
    while (Atomics.load(this.#words, WORDS.question) !== QUESTION.answered && performance.now() < until);
  }
}
