import { describe, it } from 'node:test';
import { assertLedger } from '../testing/drawing.ts';

describe('fillGap', () => {
  it('books busy time by whose it is and leaves idle time unattributed', () => {
    assertLedger({
      request: '==============',
      loop: '@@  ++ ## %% @',
      ledger: '@@..++.##.%%.@',
    });
  });

  it('takes a stretch of unknown owner at the edge of a gap for the request itself', () => {
    assertLedger({
      request: '===============',
      a: '    ===        ',
      loop: '??   ??????? ??',
      ledger: '@@..aaa@@@@@.@@',
    });
  });

  it('takes it for somebody else in the middle, and at the end in flight', () => {
    assertLedger({
      request: '==============>',
      a: ' ==            ',
      loop: '      ??  !! ??',
      ledger: '.aa...++..##.++',
    });
  });

  it('gives idle time to the op that ran off the path, the earliest started', () => {
    assertLedger({
      request: '==========   ',
      a: '   ==========',
      b: '     =======>',
      loop: '@            ',
      ledger: '@..aaaaaaa',
    });
  });

  it('divides that op among its parts', () => {
    assertLedger({
      request: '==========  ',
      a: '  =========>',
      'b<a': '     ===    ',
      loop: '@@          ',
      ledger: '@@aaabbbaa',
    });
  });

  it('holds that op for the reason even while others run, but for the run that delays its end', () => {
    assertLedger({
      request: '==============  ',
      a: '  =============>',
      loop: '@@  ++  @   ++  ',
      ledger: '@@aaaaaa@aaa++',
    });
  });

  it('gives an overlapped op the idle time before the op that passed it over', () => {
    assertLedger({
      request: '==========',
      a: ' ====     ',
      b: '   =====  ',
      loop: '@       @@',
      ledger: '@aabbbbb@@',
    });
  });

  it('knows nothing about gaps when the loop was not watched', () => {
    assertLedger({ request: '=====', a: ' ====>', ledger: '.....' });
  });

  it('takes a timer for the timeout of the op that ran on after it', () => {
    assertLedger({
      request: '==========  ',
      t: ' ========   ',
      a: '   ========>',
      loop: '@        @  ',
      ledger: '@ttaaaaaa@',
    });
    assertLedger({
      request: '=========>',
      t: ' ========>',
      a: '   ======>',
      loop: '@         ',
      ledger: '@ttaaaaaaa',
    });
  });

  it('takes a timer for a pause when nothing else was running', () => {
    assertLedger({
      request: '==========',
      a: ' ===      ',
      t: '    ===== ',
      loop: '@        @',
      ledger: '@aaattttt@',
    });
  });
});
