import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VerdictJson } from '@holdup/model';
import { prepareProfile } from '../page/prepare.ts';
import { weigh } from '../view/call-tree.ts';
import { writeFolded } from '../view/folded.ts';
import { verdictProfile } from './verdict-profile.ts';

const VERDICT: VerdictJson = {
  traceId: 'abc',
  route: 'GET /orders',
  outcome: 'deadline-exceeded',
  startedAt: '2026-11-22T15:04:05.000Z',
  budgetMs: 800,
  budgetSource: 'default-budget',
  wallMs: 1000,
  ledger: [
    { account: 'db.pool-queue', ms: 900, share: 0.9, resource: 'pg' },
    { account: 'cpu', ms: 100, share: 0.1 },
  ],
  verdict: {
    cause: 'db-pool-exhausted',
    culprit: null,
    explainedMs: 900,
    summary: 'It waited.',
    chain: [
      { kind: 'wait', ms: 850, resource: 'pg' },
      { kind: 'holder', ms: 2000, route: 'POST /report', stack: ['render (src/render.ts:12)', 'handle'] },
    ],
    evidence: [],
    contributing: [],
    ruledOut: [],
    unknown: [],
    fix: '',
    docs: '',
  },
};

function fold(verdict: VerdictJson): string[] {
  const { payload, tree, factsOf } = prepareProfile(verdictProfile([verdict]), { title: 't' });
  const { self } = weigh(tree, payload, payload.values[0] ?? [], undefined);
  return [...writeFolded(tree, self, (fn) => factsOf(fn).name, new Set())];
}

describe('verdictProfile', () => {
  it('stands each link under the one it explains, never wider, and keeps the sum', () => {
    assert.deepEqual(fold(VERDICT).sort(), [
      'GET /orders;cpu 100000000\n',
      'GET /orders;db.pool-queue · pg 50000000\n',
      'GET /orders;db.pool-queue · pg;wait: pg;holder: POST /report;handle;render 850000000\n',
    ]);
  });

  it('draws the ledger alone when there is no chain', () => {
    const bare = { ...VERDICT, verdict: { ...VERDICT.verdict, chain: [] } };
    assert.equal(fold(bare).length, 2);
  });

  it('reads the place of a frame, and labels each request', () => {
    const { frames, labelSets } = verdictProfile([VERDICT]);
    const render = frames.find(({ name }) => name === 'render');
    assert.deepEqual([render?.file, render?.line], ['src/render.ts', 12]);
    assert.deepEqual(
      labelSets[1]?.map(({ value }) => value),
      ['GET /orders', 'db-pool-exhausted', 'abc'],
    );
  });
});
