import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVENT_LOOP, msToNs, type Recording, type ResourceId } from '@holdup/model';
import { assertLedger, drawLedger, drawRecording } from '../testing/drawing.ts';
import { partition } from './partition.ts';

describe('splitWait', () => {
  it('books the busy run that reaches the end of a wait on the loop', () => {
    assertLedger({
      request: '============',
      a: ' ========== ',
      loop: '       ++++ ',
      ledger: '.aaaaaa++++.',
    });
  });

  it('leaves busy time in the middle with the peer: an idle loop would have delivered', () => {
    assertLedger({
      request: '============',
      a: ' ========== ',
      loop: '   ++++     ',
      ledger: '.aaaaaaaaaa.',
    });
  });

  it('leaves a timer its time until it is due, whatever the loop does', () => {
    assertLedger({
      request: '============',
      t6: ' ==========  ',
      loop: '  ######### ',
      ledger: '.tttttt####.',
    });
  });

  it('leaves an open timer that is not due its time', () => {
    assertLedger({
      request: '============>',
      t90: ' ===========>',
      loop: '  ###########',
      ledger: '.tttttttttttt',
    });
  });

  it('takes only the run after the last idle moment', () => {
    assertLedger({
      request: '============',
      a: ' ========== ',
      loop: '  +++ +++++ ',
      ledger: '.aaaaa+++++.',
    });
  });

  it('takes all runs between the pieces of a body, where the loop is never idle for long', () => {
    assertLedger({
      request: '===============',
      a: ' ============= ',
      'a.http.body': ' ============= ',
      loop: '  ++   +++ +++ ',
      ledger: '.aaaaaa+++a+++.',
    });
  });

  it('books a run by whose it is: another request, its block, the request itself, a pause', () => {
    assertLedger({
      request: '==============',
      a: ' ============ ',
      loop: '   ++##@@%%?? ',
      ledger: '.aa++##@@%%++.',
    });
  });

  it('calls the block of an unknown owner blocked', () => {
    assertLedger({
      request: '==========',
      a: ' ======== ',
      loop: '     !!!! ',
      ledger: '.aaaa####.',
    });
  });

  it('looks at the end of each phase', () => {
    assertLedger(
      {
        request: '==============',
        a: ' ============ ',
        'a.dns': ' =====        ',
        loop: '    ++   ++ + ',
        ledger: '.***++aaaaaa+.',
      },
      { account: 'dns' },
    );
  });

  it('counts busy runs of 1 ms on anywhere in a handshake of several round trips', () => {
    assertLedger(
      {
        request: '==============',
        a: ' ============ ',
        'a.tls': ' ========     ',
        loop: '   ++    ++   ',
        ledger: '.**++****aaaa.',
      },
      { account: 'tls' },
    );
  });

  it('counts no more of them than there are round trips, the longest first', () => {
    assertLedger(
      {
        request: '====================',
        a: ' ================== ',
        'a.tls': ' ==============     ',
        loop: '  + ++ + ++ +       ',
        ledger: '.***++***++****aaaa.',
      },
      { account: 'tls' },
    );
  });

  it('does not look at runs below 0.2 ms at the end of a wait', () => {
    // a    |---------|
    // loop          ++   0.19 ms or 0.2 ms
    const { request, recording } = drawRecording({ request: '====', a: '====', loop: '' });
    const busyFor = (ms: number): Recording => {
      const busy = [{ start: msToNs(4 - ms), end: msToNs(4), holder: { route: 'background' } }];
      return { ...recording, loop: { ...recording.loop, busy } };
    };
    assert.equal(partition(request, busyFor(0.19)).sum('loop.busy'), 0);
    assert.equal(partition(request, busyFor(0.2)).sum('loop.busy'), msToNs(0.2));
  });

  it('joins runs across idle gaps up to 50 µs, not longer', () => {
    // a    |----------------|
    // loop       +++++ +++++    idle between: 50 µs or 51 µs
    const { request, recording } = drawRecording({ request: '======', a: '======', loop: '' });
    const idleFor = (ms: number): Recording => {
      const holder = { route: 'background' };
      const busy = [
        { start: msToNs(2), end: msToNs(4 - ms), holder },
        { start: msToNs(4), end: msToNs(6), holder },
      ];
      return { ...recording, loop: { ...recording.loop, busy } };
    };
    assert.equal(drawLedger(partition(request, idleFor(0.05))), 'aa++++');
    assert.equal(drawLedger(partition(request, idleFor(0.051))), 'aaaa++');
  });

  it('needs a run of 10 ms at the end of a wait that is still open', () => {
    assertLedger({
      request: '===============>',
      a: ' ==============>',
      loop: '      ++++++++++',
      ledger: '.aaaaa++++++++++',
    });
    assertLedger({
      request: '===============>',
      a: ' ==============>',
      loop: '       +++++++++',
      ledger: '.aaaaaaaaaaaaaaa',
    });
  });

  it('does not split without the loop source', () => {
    assertLedger({ request: '======', a: ' =====', ledger: '.aaaaa' });
  });

  it('leaves to the queue of a pool what the loop did before the release', () => {
    // a       |-------------|
    // u1 held --------|          by another, then handed over to a
    // loop        ++++++++++
    const { request, recording } = drawRecording({ request: '==========', a: '==========', loop: '   +++++++' });
    const [a] = request.ops;
    assert.ok(a !== undefined);
    const pool = 'pool' as ResourceId;
    const detail = { kind: 'pool-wait', pool, unit: 'u1', total: 1, idle: 0, waiting: 0, immediate: false } as const;
    const waiting = { ...request, ops: [{ ...a, account: 'db.pool-queue', detail } as const] };
    const hold = { resource: pool, unit: 'u1', holder: { route: 'GET /other' }, start: msToNs(0), end: msToNs(7) };
    const ledger = partition(waiting, { ...recording, holds: [hold] });
    assert.equal(drawLedger(ledger), 'aaaaaaa+++');
    assert.equal(ledger.entries[0]?.resource, pool);
    assert.equal(ledger.entries[1]?.resource, EVENT_LOOP);
  });
});
