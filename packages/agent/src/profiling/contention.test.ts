import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Crowd, shareOutWaits } from './contention.ts';

describe('the time of waiters', () => {
  //             0    5   10   15   20   25
  //   wait      |-------------------|
  //   wait           |--------------|
  //   hold a    |---------|
  //   hold b         |-------------------|
  it('is shared equally by those who hold at the moment', () => {
    const waits = [
      { start: 0, end: 20 },
      { start: 5, end: 20 },
    ];
    const holds = [
      { start: 0, end: 10 },
      { start: 5, end: 25 },
    ];
    // Alone 5 · 1; both 5 · 2 / 2 each; then b alone 10 · 2.
    assert.deepEqual(shareOutWaits(waits, holds), [10, 25]);
  });

  it('is nobody’s while nobody holds, and none of a hold before or after it', () => {
    const waits = [{ start: 10, end: 20 }];
    const holds = [
      { start: 0, end: 10 },
      { start: 14, end: 16 },
      { start: 20, end: 30 },
    ];
    assert.deepEqual(shareOutWaits(waits, holds), [0, 2, 0]);
  });
});

describe('a crowd', () => {
  it('counts who is there: from a start on, up to an end', () => {
    const crowd = new Crowd([
      { start: 0, end: 10 },
      { start: 5, end: 10 },
    ]);
    assert.deepEqual(
      [-1, 0, 4, 5, 9, 10].map((time) => crowd.at(time)),
      [0, 1, 1, 2, 2, 0],
    );
  });
});
