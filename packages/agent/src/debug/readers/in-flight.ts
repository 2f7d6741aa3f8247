import type { Op } from '@holdup/model';
import { now, OPEN } from '../../clock.ts';
import { Cut, type OpenOp } from '../../recorder/cut.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { routeOf } from '../../recorder/route.ts';
import type { InFlightWire, OpWire, RequestWire } from '../wire.ts';
import { nameOf, type ReaderScene, readRunning, round, shownFrames, type TakeStack } from './scene.ts';

/** Told one by one; some 600 bytes each, 10 µs of the main thread. */
const MAX_REQUESTS = 500;
const MAX_OPS = 20;

const NS_PER_MS = 1e6;

/** All requests in flight, the most urgent first, with what they do or wait for. */
export function readInFlight(scene: ReaderScene, takeStack: TakeStack): InFlightWire {
  const at = now();
  const running = readRunning(scene, takeStack);
  const all = [...scene.flight.inFlight];
  for (const request of all) scene.settleDeadline(request);
  all.sort((a, b) => urgency(a) - urgency(b) || a.start - b.start);
  const told = all.slice(0, MAX_REQUESTS);
  const requests = told.map((request) => toWire(request, scene, at, running?.request === nameOf(request)));
  return { at: Date.now(), total: all.length, requests, leftOut: all.length - told.length, running };
}

function urgency({ deadlineAt }: RequestRecord): number {
  return Math.min(deadlineAt, Number.MAX_VALUE);
}

function toWire(request: RequestRecord, { flight }: ReaderScene, at: number, running: boolean): RequestWire {
  const { kind, traceId, deadlineAt, deadlineSource, budget } = request;
  const hasDeadline = deadlineSource !== undefined && Number.isFinite(deadlineAt);
  const open = new Cut(flight, at, request.start).openOps(request);
  const ops = open.slice(-MAX_OPS).map((each) => opToWire(each, at));
  return {
    id: nameOf(request),
    route: routeOf(request),
    kind,
    ...(traceId === undefined ? {} : { traceId }),
    ageMs: round(at - request.start),
    budgetMs: hasDeadline ? round(budget) : null,
    budgetSource: hasDeadline ? deadlineSource : null,
    remainingMs: hasDeadline ? round(deadlineAt - at) : null,
    cancelled: request.cancelledAt !== OPEN,
    running,
    ops,
    opsLeftOut: open.length - ops.length,
  };
}

export function opToWire({ op, site }: OpenOp, at: number): OpWire {
  const stack = site === undefined ? [] : shownFrames(site);
  const resource = resourceOf(op);
  return {
    name: op.name,
    account: accountNow(op),
    forMs: round(at - op.start / NS_PER_MS),
    ...(resource === undefined ? {} : { resource }),
    ...(stack.length === 0 ? {} : { stack }),
  };
}

/** On which account its time goes at this moment. */
export function accountNow({ account, phases }: Op): Op['account'] {
  return phases.find(({ end }) => end === undefined)?.account ?? account;
}

/** What it waits for or uses. */
export function resourceOf({ detail }: Op): string | undefined {
  switch (detail.kind) {
    case 'pool-wait':
    case 'worker-task':
      return detail.pool;
    case 'resource-wait':
      return detail.resource;
    case 'http-client':
      return detail.socketPool;
    default:
      return undefined;
  }
}
