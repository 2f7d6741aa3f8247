import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import type { Op, OpId } from '@holdup/model';
import { now, OPEN } from '../clock.ts';
import type { Cut } from '../recorder/cut.ts';
import { OpRecord } from '../recorder/op-record.ts';
import { Pauses, timerOp } from '../recorder/pauses.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { patchFunction } from './patch.ts';
import type { Kit, Probe } from './probe.ts';

class TimerOp extends OpRecord {
  readonly delay: number;
  /** Its end is seen; else it is taken to last as asked. */
  watched = false;

  constructor(request: RequestRecord, delay: number) {
    super(request, now());
    this.delay = delay;
  }

  override usualKey(): undefined {
    return undefined;
  }

  override toOp(id: OpId, cut: Cut): Op {
    const due = this.start + this.delay;
    const end = this.end === OPEN && !this.watched && due <= cut.at ? due : this.end;
    return timerOp(id, this.delay, this.start, end);
  }
}

/**
 * Shorter timers are no pause that makes anybody late; at ten seconds the drivers' own begin, as pg-pool's for a connection that is
 * idle. Both are told by one comparison, before anything else is asked. Milliseconds.
 */
const LEAST_DELAY_MS = 5;
const MOST_DELAY_MS = 10_000;

/**
 * Pauses the program asked for: `setTimeout` of `timers/promises`, which `util.promisify(setTimeout)` is too, and plain
 * `setTimeout`, of which only a late request's are looked at again.
 * The host's own promise is handed back untouched. A `then` of ours listens only where the promise cannot reject
 * (no options given, and a delay that is one): elsewhere it would mark the rejection as handled, and the pause is taken to last as asked.
 */
export const timersProbe: Probe = {
  name: 'timers',
  sources: [],
  install(kit) {
    const original = timersPromises.setTimeout;
    const wrapped = wrapSetTimeout(original, kit);
    timersPromises.setTimeout = wrapped;
    const unpatch = watchPlain(kit);
    syncBuiltinESMExports();
    return () => {
      unpatch();
      if (timersPromises.setTimeout === wrapped) timersPromises.setTimeout = original;
      syncBuiltinESMExports();
    };
  },
};

/** One wrapper in both places: programs may compare them. */
function watchPlain(kit: Kit): () => void {
  const began = kit.guard((timer: unknown, delay: unknown) => {
    const request = kit.context.current();
    if (request === undefined || request.end !== OPEN || typeof timer !== 'object' || timer === null) return;
    request.pauses ??= new Pauses();
    request.pauses.add(now(), delay as number, timer);
  });
  // Somebody else's wrapper in one of them stays there.
  const isOne = timers.setTimeout === globalThis.setTimeout;
  const unpatch = patchFunction(globalThis, 'setTimeout', (original) => {
    return function setTimeout(this: unknown, ...args: never[]): unknown {
      const timer = original.apply(this, args);
      const delay: unknown = args[1];
      if (typeof delay === 'number' && delay >= LEAST_DELAY_MS && delay < MOST_DELAY_MS) began(timer, delay);
      return timer;
    };
  });
  const unpatchModule = isOne ? patchFunction(timers, 'setTimeout', () => globalThis.setTimeout) : undefined;
  return () => {
    unpatch();
    unpatchModule?.();
  };
}

type SetTimeout = typeof timersPromises.setTimeout;

function wrapSetTimeout(original: SetTimeout, kit: Kit): SetTimeout {
  const begin = kit.attempt((delay: unknown) => {
    const request = kit.context.current();
    if (request === undefined) return undefined;
    const op = new TimerOp(request, typeof delay === 'number' ? delay : 1);
    kit.flight.open(op);
    return op;
  });
  const settled = kit.guard((op: TimerOp) => kit.flight.close(op));
  function setTimeout<T>(...args: Parameters<typeof original<T>>): Promise<T> {
    const promise = original(...args);
    const op = begin(args[0]);
    if (op !== undefined && args[2] === undefined && isDelay(args[0])) {
      op.watched = true;
      promise.then(() => settled(op));
    }
    return promise;
  }
  // `length` 0..n and own properties differ between Node versions: take them over.
  Object.defineProperties(setTimeout, Object.getOwnPropertyDescriptors(original));
  return setTimeout as SetTimeout;
}

/** Anything else is refused, but for Node 20. */
function isDelay(delay: unknown): boolean {
  return delay === undefined || typeof delay === 'number';
}
