import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BusyStretch, msToNs, type Op, type OpId, type RequestId } from '@holdup/model';
import { assertLedger, drawLedger, drawRecording } from '../testing/drawing.ts';
import { partition } from './partition.ts';

describe('partition: the critical path', () => {
  it('gives touching siblings their own time', () => {
    assertLedger({
      request: '==========',
      a: '  ===     ',
      b: '     ===  ',
      ledger: '..aaabbb..',
    });
  });

  it('gives an overlap to the op that ended last, from its start', () => {
    assertLedger({
      request: '==========',
      a: ' ====     ',
      b: '   =====  ',
      ledger: '...bbbbb..',
    });
  });

  it('passes an op over that ran inside another', () => {
    assertLedger({
      request: '==========',
      a: ' ======== ',
      b: '   ====   ',
      ledger: '.aaaaaaaa.',
    });
  });

  it('gives a tie to the earlier start', () => {
    assertLedger({
      request: '==========',
      a: '   =====  ',
      b: ' =======  ',
      ledger: '.bbbbbbb..',
    });
  });

  it('gives a tie of open ops to the earliest start while in flight', () => {
    assertLedger({
      request: '=========>',
      a: '   ======>',
      b: ' ========>',
      ledger: '.bbbbbbbbb',
    });
  });

  it('lets an open op of a request in flight win over those that ended', () => {
    assertLedger({
      request: '=========>',
      a: ' ====     ',
      b: '     ====>',
      c: '      ==  ',
      ledger: '.aaaabbbbb',
    });
  });

  it('never puts fire and forget on the path, open or ended later', () => {
    assertLedger({
      request: '==========   ',
      a: '  ===        ',
      b: '     =======>',
      c: '        ==== ',
      ledger: '..aaa.....',
    });
  });

  it('ignores ops of no length and ops before or after the request', () => {
    const { request, recording } = drawRecording({
      request: '   =====   ',
      a: '==         ',
      b: '         ==',
    });
    const [a, b] = request.ops;
    assert.ok(a !== undefined && b !== undefined);
    const empty = { ...a, start: msToNs(5), end: msToNs(5) };
    const ledger = partition({ ...request, ops: [a, empty, b] }, recording);
    assert.equal(drawLedger(ledger), '   .....');
  });

  it('clips an end that a probe saw up to 50 µs after the next start', () => {
    // a |-----|        ends 40 µs after b starts
    // b      |-----|
    const { request, recording } = drawRecording({
      request: '======',
      a: '===',
      b: '   ===',
    });
    const [a, b] = request.ops;
    assert.ok(a !== undefined && b !== undefined);
    const late = (by: number) => ({ ...request, ops: [{ ...a, end: msToNs(3 + by) }, b] });
    assert.equal(drawLedger(partition(late(0.04), recording)), 'aaabbb');
    assert.equal(drawLedger(partition(late(0.06), recording)), '...bbb');
  });

  it('looks from the end of a window as if the request were in flight there', () => {
    assertLedger(
      {
        request: '==========',
        a: ' ===      ',
        b: '    ===== ',
        ledger: '  aabb',
      },
      { window: { from: msToNs(2), to: msToNs(6) } },
    );
  });
});

describe('partition: inside an op', () => {
  it('divides an op among its children, then its phases, then its own account', () => {
    assertLedger(
      {
        request: '============',
        a: ' ========== ',
        'a.tls': '  ===       ',
        'b<a': '      ==    ',
        ledger: '.a***abbaaa.',
      },
      { account: 'tls' },
    );
  });

  it('goes down through grandchildren', () => {
    assertLedger({
      request: '==========',
      a: ' ======== ',
      'b<a': '  ====    ',
      'x<b': '   ==     ',
      ledger: '.abxxbaaa.',
    });
  });

  it('leaves out a child that went on after its op had what it needed', () => {
    assertLedger({
      request: '==========',
      a: ' =====    ',
      'b<a': '   =====  ',
      ledger: '.aaaaa....',
    });
  });

  it('blames the child that an op gave up on', () => {
    const { request, recording } = drawRecording({
      request: '==========',
      a: ' =====    ',
      'b<a': '   ======>',
    });
    const ops = request.ops.map((op) => {
      const failure = { name: 'Error', message: 'timeout exceeded', timeout: true, aborted: false };
      return op.id === 'a' ? { ...op, failure } : op;
    });
    assert.equal(drawLedger(partition({ ...request, ops }, recording)), '.aabbb....');
  });
});

describe('partition: size', () => {
  it('is not quadratic', () => {
    // 10,000 ops, half of them fire and forget, over 200,000 busy stretches: comparing all pairs would take minutes.
    const { request, recording } = drawRecording({ request: '=', a: '=', loop: '' });
    const [a] = request.ops;
    assert.ok(a !== undefined);
    const ops = Array.from({ length: 10_000 }, (_, i): Op => {
      const op = { ...a, id: `o${i}` as OpId, start: msToNs(i * 2), end: msToNs(i * 2 + 1) };
      return i % 2 === 0 ? op : { ...op, end: msToNs(30_000) };
    });
    const busy = Array.from({ length: 200_000 }, (_, i): BusyStretch => {
      const holder = { requestId: `r${i % 9}` as RequestId, route: 'GET /' };
      return { start: msToNs(i * 0.1), end: msToNs(i * 0.1 + 0.03), holder };
    });
    const before = process.cpuUsage();
    const ledger = partition(
      { ...request, end: msToNs(20_000), ops },
      { ...recording, now: msToNs(20_000), loop: { ...recording.loop, busy } },
    );
    assert.equal(ledger.wall, msToNs(20_000));
    assert.ok(process.cpuUsage(before).user < 10e6, 'less than 10 s of CPU, even on a slow machine');
  });
});
