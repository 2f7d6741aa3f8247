import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Phase } from './phase.ts';
import { describeBusyMachine, renderTable, sumNotices } from './text.ts';

const phase: Phase = {
  name: 'forgotten-release',
  kind: 'fault',
  expected: null,
  ok: false,
  problem: 'no verdict on GET /products/:id',
  victim: 'GET /products/:id',
  requests: 12,
  late: 11,
  p99Ms: 900,
  verdicts: 0,
  byCause: {},
  verdict: null,
  timeToVerdictMs: null,
  verdictLagMs: null,
};

describe('the end of a round', () => {
  it('has a table of at most 80 columns, and says below it what was wrong', () => {
    const phases = [
      phase,
      { ...phase, name: 'a-fault-with-a-name-that-is-much-longer-than-a-terminal-is-wide-or-so-and-more' },
    ];
    const lines = renderTable(phases, { checked: 3, broken: [] }).split('\n');
    assert.deepEqual(
      lines.slice(0, 3).filter(({ length }) => length > 80),
      [],
    );
    assert.match(lines[1] ?? '', /^✗ {2}forgotten-release/);
    assert.ok(lines.includes('✗ forgotten-release: no verdict on GET /products/:id'));
  });

  it('adds up notices that differ in their number only', () => {
    const notices = [
      '7 more late requests were counted',
      'the pg probe is left out',
      '11 more late requests were counted',
    ];
    assert.deepEqual(sumNotices(notices), ['18 more late requests were counted', 'the pg probe is left out']);
  });

  it('blames a busy machine from two runnable processes per processor on', () => {
    assert.equal(describeBusyMachine(3.9, 2), undefined);
    assert.match(describeBusyMachine(23.4, 2) ?? '', /^This machine is busy: 23 processes want its 2 processors/);
  });
});
