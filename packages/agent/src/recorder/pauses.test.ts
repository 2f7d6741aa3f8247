import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OPEN } from '../clock.ts';
import { Pauses } from './pauses.ts';

const FIRED = { _destroyed: true, _idleTimeout: 300 };
const CLEARED = { _destroyed: true, _idleTimeout: -1 };
const RUNNING = { _destroyed: false, _idleTimeout: 300, hasRef: () => true };

interface Story {
  /** Set at 0 with 300 ms. */
  readonly timer: object;
  readonly ops?: readonly (readonly [start: number, end: number])[];
  /** Default: in flight. */
  readonly end?: number;
  readonly at: number;
}

/** The stretches taken for a pause, ms. */
function pausesOf({ timer, ops = [], end = OPEN, at }: Story): unknown[] {
  const pauses = new Pauses();
  pauses.add(0, 300, timer);
  const others = ops.map(([start, stop]) => ({ start, end: stop }));
  return pauses.toOps('r1', others, end, at).map((op) => [op.start / 1e6, op.end === undefined ? OPEN : op.end / 1e6]);
}

describe('Pauses', () => {
  it('takes a timer for a pause when the request ended with it', () => {
    assert.deepEqual(pausesOf({ timer: FIRED, end: 302, at: 400 }), [[0, 300]]);
  });

  it('takes it for one when something began with it', () => {
    // timer |----------|
    // op               |---…
    assert.deepEqual(pausesOf({ timer: FIRED, ops: [[301, 900]], end: 900, at: 1_000 }), [[0, 300]]);
  });

  it('leaves what was seen to go on before to that', () => {
    // timer |----------|
    // op    |------|
    assert.deepEqual(pausesOf({ timer: FIRED, ops: [[0, 200]], end: 301, at: 400 }), [[200, 300]]);
  });

  it('takes none for a pause beside which something went on', () => {
    // timer |----------|
    // op       |-----------|
    assert.deepEqual(pausesOf({ timer: FIRED, ops: [[100, 400]], end: 400, at: 500 }), []);
    assert.deepEqual(pausesOf({ timer: FIRED, ops: [[100, OPEN]], at: 301 }), []);
  });

  it('takes none for a pause after which nothing happened', () => {
    assert.deepEqual(pausesOf({ timer: FIRED, end: 900, at: 1_000 }), []);
  });

  it('takes none for a pause that was cleared', () => {
    assert.deepEqual(pausesOf({ timer: CLEARED, end: 302, at: 400 }), []);
  });

  it('takes one that runs for an open pause, but not beside something else', () => {
    assert.deepEqual(pausesOf({ timer: RUNNING, at: 200 }), [[0, OPEN]]);
    assert.deepEqual(pausesOf({ timer: RUNNING, ops: [[0, 150]], at: 200 }), [[150, OPEN]]);
    assert.deepEqual(pausesOf({ timer: RUNNING, ops: [[10, OPEN]], at: 200 }), []);
  });

  it('knows one after another', () => {
    const pauses = new Pauses();
    for (const start of [0, 310, 620]) pauses.add(start, 300, FIRED);
    const ops = pauses.toOps('r1', [], 925, 1_000);
    assert.deepEqual(
      ops.map(({ start }) => start / 1e6),
      [0, 310, 620],
    );
  });

  it('keeps no timer of a request that is over', () => {
    const pauses = new Pauses();
    pauses.add(0, 300, RUNNING);
    pauses.settle();
    assert.deepEqual(pauses.toOps('r1', [], 250, 400), []);
  });
});
