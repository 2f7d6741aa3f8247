import type { Frame } from '@holdup/model';
import { hostFrames } from '../../block-watch.ts';
import type { DeepSwitch } from '../../deep/deep-switch.ts';
import type { Flight } from '../../recorder/flight.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { routeOf } from '../../recorder/route.ts';
import type { InFlightWire } from '../wire.ts';
import type { Budgets } from './timeouts.ts';
import type { VerdictLog } from './verdict-log.ts';

/** What readers look at. */
export interface ReaderScene {
  readonly flight: Flight;
  readonly deep: DeepSwitch;
  readonly verdicts: VerdictLog;
  readonly budgets: Budgets;
  /** Late requests that were never diagnosed. */
  skipped(): number;
  /** Whose code was interrupted; undefined: nobody's. */
  current(): RequestRecord | undefined;
  /** Sets the deadline that the request's route has. */
  settleDeadline(request: RequestRecord): void;
}

/** The interrupted code, innermost first; to be called within a reader. */
export type TakeStack = () => readonly Frame[];

/** Without the agent's own frames, and without Node's way to the host's first function. */
export function shownFrames(stack: readonly Frame[]): readonly Frame[] {
  const frames = hostFrames(stack);
  const last = frames.findLastIndex(({ file }) => !isRuntime(file));
  return last < 0 ? frames : frames.slice(0, last + 1);
}

function isRuntime(file: string): boolean {
  return file === 'native' || file.startsWith('node:');
}

/** What runs at this moment; null: the loop itself. */
export function readRunning(scene: ReaderScene, takeStack: TakeStack): InFlightWire['running'] {
  const stack = shownFrames(takeStack());
  if (stack.every(({ file }) => isRuntime(file))) return null;
  const request = scene.current();
  if (request === undefined) return { stack };
  return { stack, request: nameOf(request), route: routeOf(request) };
}

export function nameOf(request: RequestRecord): string {
  return `r${request.number}`;
}

/** Milliseconds to a hundredth: JSON of floats is long. */
export function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
