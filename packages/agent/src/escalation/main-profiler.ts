import type { Session } from 'node:inspector';
import { now } from '../clock.ts';
import type { V8CpuProfile } from '../profiling/v8-types.ts';

/** Microseconds between two samples. */
const INTERVAL_US = 10_000;

export const INTERVAL_MS = INTERVAL_US / 1_000;

/** Never shown: it comes back with the profile. */
const TITLE = 'holdup';

type Inspector = typeof import('node:inspector');

/**
 * V8's CPU profiler over a session of the main thread with itself, which answers at once. Turning it on makes V8 list all
 * code there is, 10 to 50 ms in an ordinary service; so one profile runs all the time, and pieces are cut by a second one, which
 * costs half a millisecond.
 */
export class MainProfiler {
  readonly #inspector: Inspector;
  readonly #session: Session;
  #piece: V8CpuProfile | undefined;

  private constructor(inspector: Inspector) {
    this.#inspector = inspector;
    this.#session = new inspector.Session();
    this.#session.connect();
    this.#session.on(
      'Profiler.consoleProfileFinished',
      ({ params }: { readonly params: { readonly profile: V8CpuProfile } }) => {
        this.#piece = params.profile;
      },
    );
  }

  /** @returns it, and how long the main thread stood still, ms */
  static start(): { readonly profiler: MainProfiler; readonly tookMs: number } {
    const began = now();
    const profiler = new MainProfiler(process.getBuiltinModule('node:inspector'));
    profiler.#post('Profiler.enable');
    profiler.#post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    profiler.#post('Profiler.start');
    profiler.#console('profile');
    return { profiler, tookMs: now() - began };
  }

  /** What was seen since the start or the last cut. Not in the middle of the host's code. */
  cut(): V8CpuProfile | undefined {
    this.#piece = undefined;
    this.#console('profileEnd');
    this.#console('profile');
    return this.#piece;
  }

  /** Ends it. @returns the profile of the whole time */
  stop(): V8CpuProfile | undefined {
    let whole: V8CpuProfile | undefined;
    try {
      this.#console('profileEnd');
      this.#session.post('Profiler.stop' as 'Profiler.stop', (_error, answer) => {
        whole = answer?.profile as V8CpuProfile | undefined;
      });
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
  #console(method: 'profile' | 'profileEnd'): void {
    const own = this.#inspector.console as unknown as Record<typeof method, (title: string) => void>;
    own[method](TITLE);
  }
}

/**
 * Not while somebody debugs the process: they would see our profile. Nor where the host itself listens to SIGPROF, which V8 takes
 * for its samples.
 */
export function mayProfile(): boolean {
  return process.getBuiltinModule('node:inspector').url() === undefined && process.listenerCount('SIGPROF') === 0;
}
