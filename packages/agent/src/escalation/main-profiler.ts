import type { Session } from 'node:inspector';
import { now } from '../clock.ts';
import type { V8CpuProfile } from '../profiling/v8-types.ts';

/** Microseconds between two samples. */
const INTERVAL_US = 10_000;

export const INTERVAL_MS = INTERVAL_US / 1_000;

/** Never shown: they come back with the pieces. Two in turn, so that one begins before the other ends. */
const TITLES = ['holdup-a', 'holdup-b'] as const;

type Inspector = typeof import('node:inspector');

/**
 * V8's CPU profiler over a session of the main thread with itself, which answers at once. Turning it on makes V8 list all
 * code there is, 10 to 50 ms in an ordinary service; so there is always a piece that goes on, and each cut, which
 * costs half a millisecond, begins the next before it ends the last.
 */
export class MainProfiler {
  readonly #inspector: Inspector;
  readonly #session: Session;
  readonly #isWhole: boolean;
  #turn: 0 | 1 = 0;
  #piece: V8CpuProfile | undefined;

  private constructor(inspector: Inspector, isWhole: boolean) {
    this.#inspector = inspector;
    this.#isWhole = isWhole;
    this.#session = new inspector.Session();
    this.#session.connect();
    this.#session.on(
      'Profiler.consoleProfileFinished',
      ({ params }: { readonly params: { readonly profile: V8CpuProfile } }) => {
        this.#piece = params.profile;
      },
    );
  }

  /**
   * @param isWhole beside the pieces one of the whole time: each sample is kept twice
   * @returns it, and how long the main thread stood still, ms
   */
  static start(isWhole: boolean): { readonly profiler: MainProfiler; readonly tookMs: number } {
    const began = now();
    const profiler = new MainProfiler(process.getBuiltinModule('node:inspector'), isWhole);
    profiler.#post('Profiler.enable');
    profiler.#post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    if (isWhole) profiler.#post('Profiler.start');
    profiler.#console('profile', TITLES[profiler.#turn]);
    return { profiler, tookMs: now() - began };
  }

  /** What was seen since the start or the last cut. Not in the middle of the host's code. */
  cut(): V8CpuProfile | undefined {
    this.#piece = undefined;
    const last = TITLES[this.#turn];
    this.#turn = this.#turn === 0 ? 1 : 0;
    this.#console('profile', TITLES[this.#turn]);
    this.#console('profileEnd', last);
    return this.#piece;
  }

  /** Ends it. What was not cut is thrown away unread: making JSON of it costs most. @returns the profile of the whole time, if it was to be had */
  stop(): V8CpuProfile | undefined {
    let whole: V8CpuProfile | undefined;
    try {
      if (this.#isWhole) {
        this.#session.post('Profiler.stop' as 'Profiler.stop', (_error, answer) => {
          whole = answer?.profile as V8CpuProfile | undefined;
        });
      }
      this.#post('Profiler.disable');
    } finally {
      this.#session.disconnect();
    }
    return whole;
  }

  #post(method: string, params: object = {}): void {
    let failure: Error | null = null;
    this.#session.post(method, params, (error) => {
      failure = error;
    });
    if (failure !== null) throw failure;
  }

  /** V8's own console: the host may have replaced the global one. Its methods are missing in Node's types. */
  #console(method: 'profile' | 'profileEnd', title: string): void {
    const own = this.#inspector.console as unknown as Record<typeof method, (title: string) => void>;
    own[method](title);
  }
}

/**
 * Not while somebody debugs the process: they would see our profile. Nor where the host itself listens to SIGPROF, which V8 takes
 * for its samples.
 */
export function mayProfile(): boolean {
  return process.getBuiltinModule('node:inspector').url() === undefined && process.listenerCount('SIGPROF') === 0;
}
