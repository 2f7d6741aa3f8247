import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rest } from './rest.ts';

describe('a closer look', () => {
  it('is due with the second late request within ten seconds', () => {
    const rest = new Rest();
    rest.late(0);
    assert.equal(rest.isDue(1), false);
    rest.late(10_001);
    assert.equal(rest.isDue(10_001), false, 'the first was too long ago');
    rest.late(15_000);
    assert.equal(rest.isDue(15_000), true);
  });

  it('is not due again before it is a tenth of the time', () => {
    const rest = lateAt(0);
    rest.began(0, 20);
    assert.equal(rest.isDue(49_999), false);
    keepLate(rest, 49_990);
    assert.equal(rest.isDue(49_999), false);
    assert.equal(rest.isDue(50_000), true);
  });

  it('rests longer where starting it stops the main thread for long', () => {
    const rest = lateAt(0);
    rest.began(0, 200);
    keepLate(rest, 199_990);
    assert.equal(rest.isDue(199_999), false);
    assert.equal(rest.isDue(200_000), true);
  });
});

function lateAt(time: number): Rest {
  const rest = new Rest();
  keepLate(rest, time);
  return rest;
}

function keepLate(rest: Rest, time: number): void {
  rest.late(time);
  rest.late(time);
}
