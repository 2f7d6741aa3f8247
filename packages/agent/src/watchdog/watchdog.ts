import { isMainThread, Worker } from 'node:worker_threads';
import type { Frame } from '@holdup/model';
import type { DebugAddress } from '../debug/address.ts';
import type { DebugNews } from '../debug/listen.ts';
import { hookEmit, observe, observedState, unobserve } from '../probes/emit-hook.ts';
import { addSample, type Block, type OpenBlock, pickSample, type Sample } from './block.ts';
import { installHook, removeHook } from './hook.ts';
import type { ToldAnswer } from './main-thread.ts';
import { Shared } from './shared.ts';
import { isLoopItself, takeStack } from './stack.ts';
import type { ThreadData } from './thread.ts';
import { BEAT_MS, LATE_MS } from './timing.ts';

export interface WatchdogOptions<Holder> {
  /** How long the loop has been idle, ms; `peek` in the middle of anything. */
  readonly idle: { read(): number; peek(): number };
  /** Whose work runs now. Called inside the blocked run: its AsyncLocalStorage store is the current one. */
  readonly currentHolder: () => Holder | undefined;
  /**
   * Called inside the blocked run, about once a second as long as it lasts, and the host waits for it. That may be in the
   * middle of any function, the agent's own included: look, but change nothing that such a function may be changing,
   * and enter no AsyncLocalStorage.
   */
  readonly onBlocked: (block: OpenBlock<Holder>) => void;
  /** Called from `beat`, when a block is over. */
  readonly onBlock: (block: Block<Holder>) => void;
  /** Where debug endpoints are served once {@link Watchdog.serve} was called; absent: nowhere. */
  readonly debug?: DebugOptions | undefined;
  /** Called in the middle of anything while {@link Watchdog.ticking} is set. Must not throw. */
  readonly onTick?: () => void;
  /** There will be no more stacks; blocks are still reported. Called at most once. */
  readonly onOff: (reason: string) => void;
}

export interface DebugOptions {
  readonly address: DebugAddress;
  /**
   * Called like `onBlocked`, in the middle of anything and with the same duties: what an endpoint asks for, which has to
   * be a JSON value.
   */
  readonly read: (reader: string, args: unknown, takeStack: () => readonly Frame[]) => unknown;
  /** Where the endpoints are, or why there are none. */
  readonly onNews: (news: DebugNews) => void;
}

/** A stack that took longer to arrive waited for a native call. Others take 0.3 ms, within JSON.stringify up to 20. */
const NATIVE_AFTER_MS = 25;

/**
 * How long an exit may wait for the thread to let go of the main thread. It looks every 10 to 15 ms, unless the machine gives it no
 * turn; and Node itself would wait for it, without end and saying so on stderr.
 */
const EXIT_WAIT_MS = 500;

/** How long `settle` may hold the host while a termination is renewed. Takes about 0.3 ms. */
const SETTLE_WAIT_MS = 50;

/** The thread's heap holds a few kilobytes of live objects; small spaces keep its garbage from adding up. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 } as const;

/** Only used while somebody looks: a profile of half a minute is read here. */
const DEBUG_LIMITS = { ...THREAD_LIMITS, maxOldGenerationSizeMb: 192, stackSizeMb: 4 } as const;

const NS_PER_MS = 1e6;

/**
 * Starts watching the main thread; in a worker thread there is nothing to watch: undefined. Never throws.
 * Where a thread is not possible `onOff` is called before this returns, and blocks are reported without stacks.
 */
export function startWatchdog<Holder>(options: WatchdogOptions<Holder>): Watchdog<Holder> | undefined {
  return isMainThread ? new Watchdog(options) : undefined;
}

/** Main thread's side: beats, is sampled by the thread, and knows when blocks began and ended. */
export class Watchdog<Holder> {
  readonly #options: WatchdogOptions<Holder>;
  readonly #shared = new Shared();
  /** Another copy of the agent in this process has its own. */
  readonly #hook = `holdup.watchdog.${process.hrtime.bigint()}`;
  readonly #inspectorUrl = findInspectorUrl();
  #forgetExit: () => void = () => {};
  #beatAt = performance.now();
  #beatIdle: number;
  #samples: Sample<Holder>[] = [];
  #switches = 0;
  #over = false;
  #worker: Worker | undefined;

  constructor(options: WatchdogOptions<Holder>) {
    this.#options = options;
    this.#beatIdle = options.idle.read();
    this.beat();
    const obstacle = findObstacle();
    if (obstacle !== undefined) {
      this.#turnOff(obstacle);
      return;
    }
    try {
      const sample = (): number => this.#sample(sample);
      const read = (reader: string, args: string) => this.#read(reader, args, () => takeStack(read));
      const settle = (): void => this.#shared.waitAnswered(SETTLE_WAIT_MS);
      const tick = (): void => this.#tick();
      installHook(this.#hook, { sample, read, tick, settle });
      this.#forgetExit = onProcessExit(() => this.#leave());
      this.#startThread();
    } catch (error) {
      this.#turnOff(error instanceof Error ? error.message : String(error));
    }
  }

  /** To be called every {@link BEAT_MS} from an unref'd interval. Reports the block that ends with it, if any. */
  beat(): void {
    const now = performance.now();
    const idle = this.#options.idle.read();
    const startMs = this.#blockStart(now, idle);
    const samples = this.#samples;
    const switches = this.#switches;
    if (samples.length > 0) this.#samples = [];
    this.#switches = 0;
    this.#beatAt = now;
    this.#beatIdle = idle;
    this.#shared.inspectorOpen = this.#inspectorUrl() !== undefined;
    this.#shared.beat = process.hrtime.bigint();
    // Last, so that what the agent does with the report is not taken for a part of the block.
    if (startMs !== undefined) this.#report(startMs, now, samples, switches);
  }

  /** This process is a server: opens the debug endpoints, soon. */
  serve(): void {
    this.#shared.serve();
  }

  /** What a reader of the debug endpoints would say: shown, with its age, while it cannot be asked. */
  tell(answer: ToldAnswer): void {
    if (!this.#over) this.#worker?.postMessage(answer);
  }

  /** Whether `onTick` is to be called, every {@link TICK_MS} or so. */
  set ticking(on: boolean) {
    this.#shared.ticking = on;
  }

  /** To be kept up to date, about once a beat: shown while the main thread cannot be asked. */
  set inFlight(count: number) {
    this.#shared.inFlight = count;
  }

  /** The request the main thread works for from now on, 0 for none. Cheap: for the hot path. */
  setCurrent(request: number): void {
    this.#shared.current = request;
    this.#switches++;
  }

  /** No more stacks. The thread ends by itself within 100 ms; `onOff` is not called. */
  stop(): void {
    this.#over = true;
    removeHook(this.#hook);
    this.#shared.end();
    // A sample under way keeps its session for some milliseconds more, and the process may exit in these.
    if (!this.#shared.connected) this.#forgetExit();
  }

  #startThread(): void {
    const { debug } = this.#options;
    const workerData: ThreadData = {
      holdupWatchdog: true,
      buffer: this.#shared.buffer,
      hook: this.#hook,
      debug: debug?.address,
    };
    const worker = new Worker(new URL('./thread.js', import.meta.url), {
      name: 'holdup-watchdog',
      workerData,
      // Neither the host's flags nor its NODE_OPTIONS: they would load the agent, and anything else, once more.
      execArgv: [],
      env: {},
      // It writes nothing. Otherwise Node would pipe its output into the host's and leave listeners there.
      stdout: true,
      stderr: true,
      resourceLimits: debug === undefined ? THREAD_LIMITS : DEBUG_LIMITS,
    });
    // Before: it would be ref'd again.
    if (debug !== undefined) worker.on('message', (news: DebugNews) => guard(() => debug.onNews(news)));
    worker.unref();
    this.#worker = worker;
    worker.on('error', (error: Error) => this.#turnOff(error.message));
    worker.on('exit', (code) => this.#turnOff(`it ended with exit code ${code}`));
  }

  #turnOff(reason: string): void {
    if (this.#over) return;
    this.#shared.connected = false;
    this.stop();
    const without = this.#options.debug === undefined ? '' : ' and no debug endpoints';
    guard(() => this.#options.onOff(`no stacks of blocked loops${without}: ${reason}`));
  }

  /** A process that exits with an inspector session open waits for it and says so on stderr. */
  #leave(): void {
    this.#shared.end();
    if (this.#shared.connected) this.#shared.waitDisconnected(EXIT_WAIT_MS);
  }

  /**
   * When the busy time since the last beat began; undefined when there is not enough of it for a block. A loop that goes
   * idle does so before the block: afterwards the beat itself is due. So idle time is what moves the start; other work
   * done between beat and block counts as part of the block, which makes the start up to {@link BEAT_MS} early.
   */
  #blockStart(now: number, idle: number): number | undefined {
    const startMs = this.#beatAt + (idle - this.#beatIdle);
    return now - startMs >= LATE_MS ? startMs : undefined;
  }

  #report(startMs: number, endMs: number, samples: readonly Sample<Holder>[], switches: number): void {
    const { atMs: _, ...what } = pickSample(startMs, endMs, samples) ?? { atMs: 0 };
    guard(() => this.#options.onBlock({ kind: 'block', startMs, endMs, ...what, samples, switches }));
  }

  /** Runs inside the blocked code. Must not throw, and not leave a trace there. */
  #sample(entry: () => void): number {
    const began = performance.now();
    this.#shared.hear();
    try {
      const { beat, at, current } = this.#shared.question;
      const startMs = this.#blockStart(began, this.#options.idle.peek());
      // The block that was asked about is over, or it was no block, or somebody debugs this process by now.
      if (beat !== this.#shared.beat || startMs === undefined || this.#inspectorUrl() !== undefined) return 0;
      const native = Number(process.hrtime.bigint() - at) / NS_PER_MS >= NATIVE_AFTER_MS;
      const sample = { atMs: began, current, native, ...this.#look(entry, current, native) };
      addSample(this.#samples, sample);
      this.#options.onBlocked({ startMs, sample });
    } catch {
      // A sample is lost. The host, in the middle of which this runs, must not notice.
    } finally {
      this.#shared.answer();
    }
    return performance.now() - began;
  }

  /** Runs in the middle of anything, for a debug endpoint. Must not throw, and not leave a trace there. */
  #read(reader: string, args: string, take: () => readonly Frame[]): string | undefined {
    this.#shared.hear();
    try {
      return JSON.stringify({ value: this.#options.debug?.read(reader, JSON.parse(args), take) });
    } catch (error) {
      return JSON.stringify({ error: error instanceof Error ? error.message : 'it failed' });
    } finally {
      this.#shared.answer();
    }
  }

  #tick(): void {
    // At once: `settle` waits for it.
    this.#shared.answer();
    if (this.#inspectorUrl() === undefined) guard(() => this.#options.onTick?.());
  }

  /** Empty when what blocked has returned, and other work or the loop itself runs by now: that is innocent. */
  #look(entry: () => void, current: number, native: boolean): Pick<Sample<Holder>, 'stack' | 'holder'> {
    if (native && this.#shared.current !== current) return {};
    const stack = takeStack(entry);
    if (stack.every(isLoopItself)) return {};
    const holder = this.#options.currentHolder();
    return holder === undefined ? { stack } : { stack, holder };
  }
}

/**
 * Not by a listener: the host may count those, and ten are allowed. On the prototype, since an `emit` of its own would show
 * on `process`.
 * @returns forgets it
 */
function onProcessExit(leave: () => void): () => void {
  const unhook = hookEmit(Object.getPrototypeOf(process));
  observe(process, { onEmit: (tell: () => void, _process, event) => event === 'exit' && tell() }, leave);
  return () => {
    if (observedState(process) === leave) unobserve(process);
    unhook();
  };
}

/** A call that fails is lost. Out of a timer or an event of ours its exception would end the host. */
function guard(call: () => void): void {
  try {
    call();
  } catch {}
}

/** Where connecting to the main thread is not refused but aborts the whole process, or is not there at all. */
function findObstacle(): string | undefined {
  if (!process.features.inspector) return 'this Node has no inspector';
  if (process.permission && !process.permission.has('inspector')) return describeForbidden();
  if (process.versions.electron !== undefined) return 'the embedder may have no inspector';
  return undefined;
}

/** Up to Node 22 the permission model has no way to allow it. */
function describeForbidden(): string {
  const flag = '--allow-inspector';
  const isKnown = process.allowedNodeEnvironmentFlags.has(flag);
  return isKnown ? `not permitted (${flag})` : "not possible under this Node's permission model";
}

function findInspectorUrl(): () => string | undefined {
  if (!process.features.inspector) return () => undefined;
  return process.getBuiltinModule('node:inspector').url;
}
