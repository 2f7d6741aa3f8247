import type { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { brief } from './describe.ts';
import type { See } from './stage.ts';

/** Notes every event of an emitter in its order, without a listener that would change what it does. */
export function watch(see: See, name: string, emitter: EventEmitter): void {
  const { emit } = emitter;
  let last: unknown;
  emitter.emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    // How many pieces data comes in is the kernel's business.
    const again = event === last && (event === 'data' || event === 'readable');
    last = event;
    if (!again) see(name, 'emits', String(event), brief(args[0]));
    return emit.call(this, event, ...args);
  };
}

/** What Node itself puts on things made in the context of any AsyncLocalStorage, the program's own too. */
const CONTEXT_MARK = 'Symbol(kResourceStore)';

export function ownKeys(object: object): string[] {
  return Reflect.ownKeys(object)
    .map(String)
    .filter((key) => key !== CONTEXT_MARK);
}

/** What a program finds when it looks at an object. */
export function seeShape(see: See, name: string, object: object): void {
  const inherited: string[] = [];
  for (const key in object) inherited.push(key);
  see(name, 'keys', ownKeys(object).join(' '));
  see(name, 'for-in', inherited.sort().join(' '));
  see(name, 'shown', inspect(object, { depth: 0, showHidden: true }).replace(/\d+/g, 'N'));
  if ('eventNames' in object) seeListeners(see, name, object as EventEmitter);
}

export function seeListeners(see: See, name: string, emitter: EventEmitter): void {
  const counts = emitter.eventNames().map((event) => `${String(event)}=${emitter.listenerCount(event)}`);
  see(name, 'listeners', counts.sort().join(' '));
}
