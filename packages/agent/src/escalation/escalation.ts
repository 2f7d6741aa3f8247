import type { OpId, ProfileSlice } from '@holdup/model';
import { now } from '../clock.ts';
import type { DeepSwitch } from '../deep/deep-switch.ts';
import { busyRows, type DeepWindow } from '../deep/deep-window.ts';
import { waitParts } from '../deep/wait-parts.ts';
import { MOST_APART_MS } from '../profiling/owners.ts';
import { Cut } from '../recorder/cut.ts';
import type { Flight } from '../recorder/flight.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { routeOf } from '../recorder/route.ts';
import { LikeWaits } from './like-waits.ts';
import { INTERVAL_MS, MainProfiler } from './main-profiler.ts';
import { Rest, WINDOW_MS } from './rest.ts';
import { readSamples } from './samples.ts';
import { type SeenSample, sliceOf } from './slice.ts';

/** Pieces are cut for verdicts at most this often. Milliseconds. */
const CUT_EVERY_MS = 250;

export interface EscalationOptions {
  readonly flight: Flight;
  readonly deep: DeepSwitch;
  /** Without a reason and without a rest: to measure it. */
  readonly always: boolean;
  /** Has `deep.tick` called in the middle of what runs. */
  setTicking(on: boolean): void;
  /** Why nobody may look closer just now. */
  isPossible(): boolean;
  /** The closer look is over: what it saw. */
  readonly onWindow: ((window: EscalatedWindow) => void) | undefined;
}

/** For a file. */
export interface EscalatedWindow {
  readonly v8: NonNullable<ReturnType<MainProfiler['stop']>>;
  readonly first: ReturnType<DeepWindow['drain']>;
  readonly last: ReturnType<DeepWindow['drain']>;
}

interface Look {
  readonly profiler: MainProfiler;
  readonly window: DeepWindow;
  readonly likeWaits: LikeWaits;
  /** As it began, where the whole of it is for a file. */
  readonly first: EscalatedWindow['first'] | undefined;
  readonly from: number;
  to: number;
  readonly samples: SeenSample[];
}

/** Looks closer for a while when requests turn late: CPU profile, and stacks of waits. */
export class Escalation {
  readonly #options: EscalationOptions;
  readonly #rest = new Rest();
  #look: Look | undefined;

  constructor(options: EscalationOptions) {
    this.#options = options;
  }

  /** A request turned late. */
  late(time: number): void {
    this.#rest.late(time);
  }

  /** A few times a second, from a timer of the agent's own: never in the middle of the host's code. */
  scan(time: number): void {
    const look = this.#look;
    if (look === undefined) {
      if (this.#isDue(time)) this.#start(time);
    } else if (!this.#isOurs(look)) this.stop();
    else if (time - look.from >= WINDOW_MS) this.#end(look);
  }

  /** What was seen in a request's time. @param mayCut not in the middle of the host's code */
  sliceOf(request: RequestRecord, mayCut: boolean): ProfileSlice | undefined {
    const look = this.#look;
    if (look === undefined || !this.#isOurs(look)) return undefined;
    if (mayCut && now() - look.to >= CUT_EVERY_MS) this.#cut(look);
    if (look.to <= look.from) return undefined;
    const { flight } = this.#options;
    const cut = new Cut(flight, look.to, look.from);
    const routes = new Map<number, string>();
    for (const known of [flight.finished, flight.inFlight])
      for (const one of known) if (one.end < 0 || one.end >= look.from) routes.set(one.number, routeOf(one));
    return sliceOf(request, {
      from: look.from,
      to: look.to,
      intervalMs: INTERVAL_MS,
      samples: look.samples,
      routeOf: (number) => (number === 0 ? undefined : (routes.get(number) ?? flight.passersBy.routeOf(number))),
      partsOf: (op) => waitParts(op.toOp('slice' as OpId, cut), look.to),
      stackOf: (op) => look.likeWaits.stackOf(op, cut),
    });
  }

  /** Ends a look that goes on. */
  stop(): void {
    const look = this.#look;
    if (look === undefined) return;
    this.#look = undefined;
    const { deep, onWindow, setTicking } = this.#options;
    setTicking(false);
    const { window, first, profiler } = look;
    const last = first === undefined ? undefined : window.drain(true);
    // A debug endpoint may look by now.
    if (deep.window === window) deep.stop();
    const v8 = profiler.stop();
    if (v8 !== undefined && first !== undefined && last !== undefined) onWindow?.({ v8, first, last });
  }

  #start(time: number): void {
    const { deep, onWindow, setTicking } = this.#options;
    const isWhole = onWindow !== undefined;
    const { profiler, tookMs } = MainProfiler.start(isWhole);
    this.#rest.began(time, tookMs);
    const window = deep.start(isWhole ? 'late-to-file' : 'late');
    this.#look = newLook(profiler, window, isWhole ? window.drain(false) : undefined);
    setTicking(true);
  }

  /**
   * Where it is on all the time the profiler goes on: turning it on anew every few seconds would be most of what is measured, and in
   * earnest has a bound of its own.
   */
  #end(look: Look): void {
    if (!this.#options.always || look.first !== undefined) {
      this.stop();
      return;
    }
    look.profiler.cut();
    this.#look = newLook(look.profiler, this.#options.deep.start('late'), undefined);
  }

  #cut(look: Look): void {
    const piece = look.profiler.cut();
    const at = now();
    if (piece === undefined) return;
    const { window } = look;
    const evidence = {
      ticks: window.ticks.filter(([time]) => time >= look.to - MOST_APART_MS),
      blocks: [],
      busy: busyRows(this.#options.flight, look.to, at),
      stackOf: (number: number) => window.stacks.of(number),
    };
    const toHrMs = Number(process.hrtime.bigint()) / 1e6 - now();
    look.samples.push(...readSamples(piece, toHrMs, evidence));
    look.to = at;
  }

  #isDue(time: number): boolean {
    const { always, deep, isPossible } = this.#options;
    return (always || this.#rest.isDue(time)) && deep.window === undefined && isPossible();
  }

  #isOurs(look: Look): boolean {
    return this.#options.deep.window === look.window;
  }
}

function newLook(profiler: MainProfiler, window: DeepWindow, first: Look['first']): Look {
  const from = now();
  return { profiler, window, likeWaits: new LikeWaits(window), first, from, to: from, samples: [] };
}
