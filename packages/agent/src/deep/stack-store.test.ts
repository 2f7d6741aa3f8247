import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_STACK } from './rows.ts';
import { StackStore } from './stack-store.ts';

/** Enough for a full second, so that nothing is refused for being too many. */
const PER_SECOND = 1_000;

function takeHere(store: StackStore): number {
  return store.takeAlways(takeHere);
}

function takeThere(store: StackStore): number {
  return store.takeAlways(takeThere);
}

function waitHere(store: StackStore): number {
  return takeHere(store);
}

function waitThere(store: StackStore): number {
  return takeThere(store);
}

describe('the stacks of a window', () => {
  it('are told once each, however often they were taken', () => {
    const store = new StackStore(7, PER_SECOND);
    const taken = [waitHere, waitThere, waitHere].map((wait) => wait(store));
    assert.deepEqual(taken, [7, 8, 9]);
    assert.deepEqual(taken.map((number) => store.rowOf(number)).slice(0, 2), [0, 1]);
    assert.equal(store.of(8)?.[0]?.[0], 'waitThere');
    const { stacks, firstStack } = store.drain();
    assert.deepEqual([firstStack, stacks.map(([row]) => row?.[0])], [0, ['waitHere', 'waitThere']]);
    assert.deepEqual(store.drain().stacks, []);
  });

  it('are not those of another window', () => {
    const store = new StackStore(7, PER_SECOND);
    assert.deepEqual([store.rowOf(6), store.rowOf(-1), store.of(6)], [NO_STACK, NO_STACK, undefined]);
  });

  it('are looked at two drains after they were taken, since they keep alive what was called', () => {
    const store = new StackStore(0, PER_SECOND);
    waitHere(store);
    assert.equal(store.drain().stacks.length, 0);
    assert.equal(store.drain().stacks.length, 1);
  });

  it('are as many a second as they may cost, and forty at once', () => {
    const store = new StackStore(0, 100);
    const take = (time: number) => store.take(time, take) !== NO_STACK;
    const atOnce = Array.from({ length: 100 }, () => take(1_000));
    assert.equal(atOnce.filter(Boolean).length, 40);
    assert.deepEqual([take(1_005), take(1_010), take(1_011), take(1_020)], [false, true, false, true]);
  });
});
