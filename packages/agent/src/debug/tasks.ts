import type { Frame } from '@holdup/model';
import { idleText } from './in-flight.ts';
import { oneLine } from './time-text.ts';
import type { InFlightWire, RequestWire } from './wire.ts';

/** What is nearest to a goroutine in Node: one thing a request does or waits for. */
export interface Task {
  /** An account (`db.pool-queue`), `running`, or `unattributed`. */
  readonly state: string;
  /** What it waits for, for people. */
  readonly what: string;
  readonly forMs: number;
  readonly route: string;
  /** Absent: work outside any request. */
  readonly request?: RequestWire;
  /** The host's code, innermost first; empty where it was not taken. */
  readonly stack: readonly Frame[];
}

/** One for each op under way, for each request without any, and for what runs. */
export function tasksOf({ requests, running }: InFlightWire): Task[] {
  const tasks = requests.flatMap((request) => requestTasks(request, running));
  if (running === null || requests.some((request) => request.running)) return tasks;
  const route = running.route ?? 'background';
  return [{ state: 'running', what: 'on the main thread now', forMs: 0, route, stack: running.stack }, ...tasks];
}

function requestTasks(request: RequestWire, running: InFlightWire['running']): Task[] {
  const { ops, ageMs } = request;
  const route = oneLine(request.route);
  const waits = ops.map(({ account, name, forMs, stack = [] }): Task => {
    return { state: account, what: oneLine(name), forMs, route, request, stack };
  });
  if (request.running && running !== null) {
    return [{ state: 'running', what: idleText(request), forMs: 0, route, request, stack: running.stack }, ...waits];
  }
  if (waits.length > 0) return waits;
  return [{ state: 'unattributed', what: idleText(request), forMs: ageMs, route, request, stack: [] }];
}

/** Innermost first: what it waits for, the host's code, whose request it is. */
export function framesOf({ state, what, stack, route }: Task): readonly Frame[] {
  const waits = {
    function: state === 'running' || state === 'unattributed' ? `[${state}]` : `[${state}] ${what}`,
    file: '',
    line: 0,
  };
  return [...(state === 'running' ? [] : [waits]), ...stack, { function: route, file: '', line: 0 }];
}
