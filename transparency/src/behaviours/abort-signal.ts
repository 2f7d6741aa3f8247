import { addAbortListener, getEventListeners, once } from 'node:events';
import { addAbortSignal, Readable } from 'node:stream';
import timers from 'node:timers/promises';
import { inspect } from 'node:util';
import { seeCall, seeSettled, seeTurn } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { seeShape } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

export const behaviours: Behaviours = {
  async timeout({ see }) {
    const signal = AbortSignal.timeout(10);
    seeShape(see, 'signal', signal);
    see(inspect(signal), signal.aborted, signal.reason);
    signal.addEventListener('abort', (event) => see('event', event.type, event.isTrusted, event.target === signal));
    signal.onabort = (event) => see('onabort', event.type);
    await once(signal, 'abort');
    await seeTurn(see, 'after abort');
    see(signal.aborted, signal.reason, inspect(signal));
    seeCall(see, 'throwIfAborted', () => signal.throwIfAborted());
    seeCall(see, 'negative', () => AbortSignal.timeout(-1));
    seeCall(see, 'nonsense', () => AbortSignal.timeout('soon' as never));
  },
  async any({ see }) {
    const controller = new AbortController();
    const any = AbortSignal.any([controller.signal, AbortSignal.timeout(1_000)]);
    const order: string[] = [];
    any.addEventListener('abort', () => order.push('any'));
    controller.signal.addEventListener('abort', () => order.push('one'));
    controller.abort('reason');
    see(order, any.aborted, any.reason, AbortSignal.any([]).aborted);
    const timed = AbortSignal.any([AbortSignal.timeout(5)]);
    await once(timed, 'abort');
    see(timed.reason);
    seeCall(see, 'nonsense', () => AbortSignal.any(['x' as never]));
  },
  async listeners({ see }) {
    const { signal } = new AbortController();
    for (let i = 0; i < 11; i++) signal.addEventListener('abort', () => {});
    see(getEventListeners(signal, 'abort').length);
    const timed = AbortSignal.timeout(20);
    for (let i = 0; i < 10; i++) timed.addEventListener('abort', () => {});
    see(getEventListeners(timed, 'abort').length);
    const disposable = addAbortListener(timed, () => see('disposable'));
    see(getEventListeners(timed, 'abort').length, typeof disposable);
    await pause(30);
  },
  prototype({ see }) {
    for (const place of [AbortSignal, AbortSignal.prototype, AbortController.prototype, EventTarget.prototype])
      for (const key of Reflect.ownKeys(place)) {
        const { value, get, ...rest } = Object.getOwnPropertyDescriptor(place, key) ?? {};
        see(String(key), typeof value === 'function' ? `${value.name}/${value.length}` : typeof value, get?.name, rest);
      }
    seeCall(see, 'construct', () => new AbortSignal());
    seeCall(see, 'foreign this', () => AbortSignal.prototype.throwIfAborted.call({} as never));
    seeCall(see, 'dispatch', () => new AbortController().signal.dispatchEvent('x' as never));
  },
  async 'a listener that throws'({ see }) {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => {
      throw new Error('in abort');
    });
    controller.signal.addEventListener('abort', () => see('the next one'));
    controller.abort();
    const timed = AbortSignal.timeout(5);
    timed.addEventListener('abort', () => {
      throw new Error('in a timed abort');
    });
    await pause(20);
  },
  async 'own events'({ see }) {
    const controller = new AbortController();
    class Mine extends Event {}
    controller.signal.addEventListener('mine', (event) => see(event.constructor.name, event.eventPhase));
    see(controller.signal.dispatchEvent(new Mine('mine', { cancelable: true })));
    controller.signal.addEventListener('abort', (event) => event.stopImmediatePropagation(), { once: true });
    controller.signal.addEventListener('abort', () => see('stopped'));
    controller.abort();
    controller.abort('again');
    see(controller.signal.reason);
  },
  async 'what it ends'({ see }) {
    const stream = addAbortSignal(AbortSignal.timeout(5), new Readable({ read() {} }));
    await seeSettled(see, 'stream', stream.toArray());
    await seeSettled(see, 'pause', timers.setTimeout(1_000, 0, { signal: AbortSignal.timeout(5) }));
    await seeSettled(see, 'once', once(process, 'never', { signal: AbortSignal.timeout(5) }));
    see(process.listenerCount('never'));
  },
};
