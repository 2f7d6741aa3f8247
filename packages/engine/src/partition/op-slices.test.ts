import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DNS_SLOTS,
  type Lookup,
  type LookupId,
  msToNs,
  type Op,
  type OpDetail,
  type Phase,
  type Recording,
} from '@holdup/model';
import { drawRecording } from '../testing/drawing.ts';
import { partition } from './partition.ts';
import { ThreadPool } from './thread-pool.ts';

function lookup(id: string, host: string, start: number, end?: number): Lookup {
  return { id: id as LookupId, host, start: msToNs(start), ...(end !== undefined && { end: msToNs(end) }) };
}

/** Two slots, both taken until 6 and 8; the third lookup runs from 6 on. */
const LOOKUPS = [
  lookup('l1', 'slow.example', 0, 6),
  lookup('l2', 'slow.example', 0, 8),
  lookup('l3', 'x.example', 2, 9),
];

function dnsLedger(change: Partial<Op>): readonly (readonly [string, number, number, string | undefined])[] {
  const { request, recording } = drawRecording({ request: '==========', a: '  =======' });
  const [a] = request.ops;
  assert.ok(a !== undefined);
  const ledger = partition({ ...request, ops: [{ ...a, ...change }] }, { ...recording, lookups: LOOKUPS });
  return ledger.entries
    .filter((entry) => entry.op !== undefined)
    .map((entry) => [entry.account, entry.start / 1e6, entry.end / 1e6, entry.resource] as const);
}

describe('sliceOp', () => {
  const detail: OpDetail = { kind: 'dns', host: 'x.example', via: 'getaddrinfo', lookup: 'l3' as LookupId };
  const client: OpDetail = {
    kind: 'http-client',
    method: 'GET',
    origin: 'http://x.example:80',
    host: 'x.example:80',
    library: 'undici',
  };

  it('books the time a lookup had no slot on the queue', () => {
    // l1  |######|          slow.example
    // l2  |########|        slow.example
    // l3    |....###|       x.example: queued 2..6, ran 6..9
    assert.deepEqual(dnsLedger({ account: 'dns', detail }), [
      ['dns.queue', 2, 6, DNS_SLOTS],
      ['dns', 6, 9, undefined],
    ]);
  });

  it("finds the lookup of a client's dns phase by its host", () => {
    const phases: Phase[] = [{ account: 'dns', start: msToNs(2), end: msToNs(8) }];
    assert.deepEqual(dnsLedger({ account: 'http.first-byte', phases, detail: client }), [
      ['dns.queue', 2, 6, DNS_SLOTS],
      ['dns', 6, 8, undefined],
      ['http.first-byte', 8, 9, undefined],
    ]);
  });

  it('leaves an op alone that says itself when it queued', () => {
    const phases: Phase[] = [{ account: 'dns.queue', start: msToNs(2), end: msToNs(3) }];
    assert.deepEqual(dnsLedger({ account: 'dns', phases, detail }), [
      ['dns.queue', 2, 3, DNS_SLOTS],
      ['dns', 3, 9, undefined],
    ]);
  });

  it("keeps a phase's note, and a phase that is still open", () => {
    const phases: Phase[] = [{ account: 'tcp', start: msToNs(4), note: '10.0.0.1' }];
    const { request, recording } = drawRecording({ request: '=========>', a: '  =======>' });
    const [a] = request.ops;
    assert.ok(a !== undefined);
    const { entries } = partition({ ...request, ops: [{ ...a, phases }] }, recording);
    assert.deepEqual(entries.slice(1), [
      { account: 'http.first-byte', start: msToNs(2), end: msToNs(4), op: 'a' },
      { account: 'tcp', start: msToNs(4), end: msToNs(10), op: 'a', note: '10.0.0.1' },
    ]);
  });
});

describe('ThreadPool', () => {
  const runs = (lookups: readonly Lookup[], lookupSlots = 2) => {
    const { recording } = drawRecording({ request: '====================' });
    const slots = new ThreadPool({ ...recording, lookups, lookupSlots } satisfies Recording);
    return slots.lookups.map((slotted) => slotted.runs / 1e6);
  };

  it('serves first come, first served', () => {
    // slot 1  |1111|3333|
    // slot 2  |2222222|44|
    assert.deepEqual(
      runs([lookup('1', 'a', 0, 4), lookup('2', 'a', 0, 7), lookup('3', 'a', 1, 8), lookup('4', 'a', 2, 9)]),
      [0, 0, 4, 7],
    );
  });

  it('lets a lookup that found a free slot run at once', () => {
    assert.deepEqual(runs([lookup('1', 'a', 0, 2), lookup('2', 'a', 5, 6)], 1), [0, 5]);
  });

  it('keeps everybody waiting behind lookups that are still open', () => {
    assert.deepEqual(runs([lookup('1', 'a', 0), lookup('2', 'a', 0), lookup('3', 'a', 3)]), [0, 0, 20]);
  });
});
