import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Blame, type Ledger, ns, type Recording, type RequestId } from '@holdup/model';
import fc from 'fast-check';
import { openCase } from './open-case.ts';
import { partition } from './partition/partition.ts';
import { arbitraryRecording } from './testing/arbitrary-recording.ts';

const RUNS = { numRuns: 500 };

describe('partition, on random recordings', () => {
  it('covers the life of every request exactly', () => {
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const request of recording.requests.values()) {
          const ledger = partition(request, recording);
          assertCovers(ledger, request.start, request.end ?? recording.now);
        }
      }),
      RUNS,
    );
  });

  it('covers the part of a window inside the life of the request exactly', () => {
    fc.assert(
      fc.property(
        arbitraryRecording,
        fc.double({ min: -0.2, max: 1.2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (recording, at, size) => {
          const from = ns(at * recording.now);
          const to = ns(from + size * recording.now);
          for (const request of recording.requests.values()) {
            const end = request.end ?? recording.now;
            const clipped = Math.min(Math.max(from, request.start), end);
            assertCovers(partition(request, recording, { from, to }), clipped, Math.min(Math.max(to, clipped), end));
          }
        },
      ),
      RUNS,
    );
  });

  it("names an op wherever an account is an op's, and none where nobody knows", () => {
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const request of recording.requests.values()) {
          const ops = new Map(request.ops.map((op) => [op.id, op]));
          for (const entry of partition(request, recording).entries) {
            const op = entry.op === undefined ? undefined : ops.get(entry.op);
            if (entry.op !== undefined) {
              assert.ok(op !== undefined && op.start <= entry.start && entry.end <= (op.end ?? recording.now));
            } else {
              assert.ok(/^(cpu|gc|loop\.\w+|unattributed)$/.test(entry.account), entry.account);
            }
          }
        }
      }),
      RUNS,
    );
  });
});

describe('blame, on random recordings', () => {
  it('conserves every nanosecond at every level', () => {
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const id of recording.requests.keys()) {
          const late = openCase(recording, id);
          for (const blame of late.blames) {
            assert.equal(blame.wait, sum(blame.entries.map((entry) => entry.end - entry.start)));
            assertConserves(blame);
          }
        }
      }),
      RUNS,
    );
  });

  it('gives the same answer to the same question', () => {
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const id of recording.requests.keys()) assert.deepEqual(answers(recording, id), answers(recording, id));
      }),
      { numRuns: 100 },
    );
  });
});

describe('openCase', () => {
  it('cuts any ledger to a window', () => {
    fc.assert(
      fc.property(arbitraryRecording, fc.nat(60), fc.nat(60), (recording, a, b) => {
        const [first] = recording.requests.keys();
        assert.ok(first !== undefined);
        const late = openCase(recording, first);
        for (const request of recording.requests.values()) {
          const unit = recording.now / 60;
          const [from, to] = [ns(Math.min(a, b) * unit), ns(Math.max(a, b) * unit)];
          const end = request.end ?? recording.now;
          const clipped = Math.min(Math.max(from, request.start), end);
          const cut = late.ledgerOf(request.id, from, to);
          assert.ok(cut !== undefined);
          assertCovers(cut, clipped, Math.min(Math.max(to, clipped), end));
        }
      }),
    );
  });

  it('knows no ledger of a request that was evicted, and opens none', () => {
    const [recording] = fc.sample(arbitraryRecording, { numRuns: 1, seed: 1 });
    assert.ok(recording !== undefined);
    const evicted = 'r3' as RequestId;
    assert.equal(openCase(recording, 'r0' as RequestId).ledgerOf(evicted, ns(0), ns(10)), undefined);
    assert.throws(() => openCase(recording, evicted), { code: 'HOLDUP_UNKNOWN_REQUEST' });
  });
});

function assertCovers(ledger: Ledger, start: number, end: number): void {
  assert.deepEqual([ledger.start, ledger.end], [start, end]);
  assert.equal(sum(ledger.entries.map((entry) => entry.end - entry.start)), end - start);
  assert.equal(sum([...ledger.totals().values()]), ledger.wall);
}

function assertConserves(blame: Blame): void {
  assert.equal(sum(blame.shares.map((share) => share.share)), blame.wait);
  for (const share of blame.shares) {
    assert.ok(Number.isInteger(share.share) && share.share > 0 && share.overlap > 0);
    assert.equal(sum(share.parts.map((part) => part.ns)), share.share);
    for (const part of share.parts) {
      assert.ok(Number.isInteger(part.ns) && part.ns > 0);
      assert.ok((part.end === undefined) !== (part.next === undefined), 'a part ends or goes on');
      if (part.next === undefined) continue;
      assert.equal(part.next.wait, part.ns);
      assertConserves(part.next);
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function answers(recording: Recording, id: RequestId) {
  const { ledger, blames } = openCase(recording, id);
  return { entries: ledger.entries, blames };
}
