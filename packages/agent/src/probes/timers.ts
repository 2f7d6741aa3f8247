import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Op, OpId } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../clock.ts';
import type { Cut } from '../recorder/cut.ts';
import { OpRecord } from '../recorder/op-record.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
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
    return {
      id,
      name: `pause of ${this.delay} ms`,
      start: toNs(this.start),
      ...endOf(this.end === OPEN && !this.watched && due <= cut.at ? due : this.end),
      account: 'timer',
      phases: [],
      detail: { kind: 'timer', delayMs: this.delay },
    };
  }
}

/**
 * Pauses the program asked for: `setTimeout` of `timers/promises`, which `util.promisify(setTimeout)` is too.
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
    syncBuiltinESMExports();
    return () => {
      if (timersPromises.setTimeout === wrapped) timersPromises.setTimeout = original;
      syncBuiltinESMExports();
    };
  },
};

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
