import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ledger, LedgerError } from './ledger.ts';
import type { RequestId } from './request.ts';
import { ns } from './time.ts';

const id = 'r1' as RequestId;

describe('Ledger', () => {
  it('accepts entries that cover the wall time exactly and sums them per account', () => {
    // dns      |###|
    // tcp          |#####|
    // dns                |#|
    const ledger = new Ledger(id, ns(0), ns(10), [
      { account: 'dns', start: ns(0), end: ns(3) },
      { account: 'tcp', start: ns(3), end: ns(8) },
      { account: 'dns', start: ns(8), end: ns(10) },
    ]);
    assert.deepEqual(
      [...ledger.totals()],
      [
        ['dns', 5],
        ['tcp', 5],
      ],
    );
    assert.equal(ledger.sum('dns', 'tcp'), 10);
  });

  const broken = {
    'a gap': [
      [0, 3],
      [4, 10],
    ],
    'an overlap': [
      [0, 5],
      [4, 10],
    ],
    'an empty entry': [
      [0, 0],
      [0, 10],
    ],
    'an early end': [[0, 9]],
    'a late end': [[0, 11]],
    'a fraction': [
      [0, 3.5],
      [3.5, 10],
    ],
  };
  for (const [what, bounds] of Object.entries(broken)) {
    it(`refuses ${what}`, () => {
      const entries = bounds.map(([start, end]) => ({ account: 'cpu', start, end }));
      assert.throws(() => new Ledger(id, ns(0), ns(10), entries as never), LedgerError);
    });
  }
});
