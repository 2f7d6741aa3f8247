import timers from 'node:timers';
import promises from 'node:timers/promises';
import { inspect, promisify } from 'node:util';
import { seeCall, seeOrder, seeSettled, seeTurns } from '../see/settle.ts';
import type { Behaviours } from '../see/stage.ts';
import { ownKeys } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

export const behaviours: Behaviours = {
  async values({ see }) {
    await seeSettled(see, 'setTimeout', promises.setTimeout(1, { a: 1 }));
    await seeSettled(see, 'no value', promises.setTimeout(1));
    await seeSettled(see, 'no delay', promises.setTimeout());
    await seeSettled(see, 'setImmediate', promises.setImmediate('x'));
    await seeSettled(see, 'wait', promises.scheduler.wait(1));
    await seeSettled(see, 'yield', promises.scheduler.yield());
    await seeSettled(see, 'promisified', promisify(setTimeout)(1, 'p'));
    await seeSettled(see, 'promisified immediate', promisify(setImmediate)('p'));
    const rounds: unknown[] = [];
    for await (const value of promises.setInterval(1, 'round')) if (rounds.push(value) === 3) break;
    see(rounds);
  },
  async aborted({ see }) {
    const signal = AbortSignal.timeout(5);
    await seeSettled(see, 'setTimeout', promises.setTimeout(1_000, 0, { signal }));
    await seeSettled(see, 'before', promises.setTimeout(1_000, 0, { signal }));
    await seeSettled(see, 'immediate', promises.setImmediate(0, { signal: AbortSignal.abort('x') }));
    await seeTurns(see, 'before', promises.setTimeout(1_000, 0, { signal }));
    await seeSettled(see, 'wait', promises.scheduler.wait(1_000, { signal }));
    const interval = promises.setInterval(1_000, 0, { signal: AbortSignal.timeout(5) });
    await seeSettled(see, 'interval', interval[Symbol.asyncIterator]().next());
  },
  async 'errors of calls'({ see }) {
    await seeSettled(see, 'signal', (async () => promises.setTimeout(1, 0, { signal: 'x' as never }))());
    await seeSettled(see, 'options', (async () => promises.setTimeout(1, 0, 'x' as never))());
    await seeSettled(see, 'ref', (async () => promises.setImmediate(0, { ref: 1 as never }))());
    await seeSettled(see, 'delay', (async () => promises.setTimeout('x' as never))());
    seeCall(see, 'no callback', () => setTimeout(undefined as never));
    await seeSettled(see, 'negative', promises.setTimeout(-1, 'negative'));
    await seeSettled(see, 'endless', promises.setTimeout(2 ** 40, 'endless'));
  },
  async order({ see }) {
    await seeOrder(see, {
      late: promises.setTimeout(30),
      early: promises.setTimeout(10),
      aborted: promises.setTimeout(1_000, 0, { signal: AbortSignal.timeout(20) }),
      microtask: Promise.resolve(),
      tick: new Promise<void>((resolve) => process.nextTick(resolve)),
    });
    const order: string[] = [];
    setImmediate(() => order.push('immediate'));
    void promises.setImmediate().then(() => order.push('promised immediate'));
    setImmediate(() => order.push('immediate 2'));
    await pause(5);
    see(order);
  },
  async handles({ see }) {
    const timer = setTimeout(() => {}, 1_000);
    see(ownKeys(timer).length, timer.hasRef(), timer.unref().hasRef(), timer.constructor.name);
    see(typeof timer[Symbol.toPrimitive](), timer.refresh() === timer, timer.close() === timer);
    const immediate = setImmediate(() => {});
    see(immediate.hasRef(), ownKeys(immediate).length);
    clearImmediate(immediate);
    const unrefed = promises.setTimeout(1, 'x', { ref: false });
    see(await unrefed, process.getActiveResourcesInfo().filter((name) => name === 'Immediate').length);
  },
  async 'a callback that throws'({ see }) {
    setTimeout(() => {
      throw new Error('in a timeout');
    }, 1);
    setImmediate(() => {
      throw new Error('in an immediate');
    });
    process.nextTick(() => {
      throw new Error('in a tick');
    });
    queueMicrotask(() => {
      throw new Error('in a microtask');
    });
    await pause(10);
    see('goes on');
  },
  functions({ see }) {
    for (const place of [timers, promises, promises.scheduler])
      for (const [key, value] of Object.entries(place))
        see(key, value, typeof value === 'object' ? inspect(value, { depth: 0 }) : '');
    for (const call of [setTimeout, setInterval, setImmediate, clearTimeout, queueMicrotask]) see(call, ownKeys(call));
  },
};
