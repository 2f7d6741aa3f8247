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

function fold(verdict: VerdictJson, type = 0): string[] {
  const { payload, tree, factsOf } = prepareProfile(verdictProfile([verdict]), { title: 't' });
  const { self } = weigh(tree, payload, payload.values[type] ?? [], undefined);
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

  it('shows what ran and what was waited for in its time, where the agent looked closer', () => {
    const sliced: VerdictJson = {
      ...VERDICT,
      profile: {
        fromMs: 100,
        toMs: 900,
        intervalMs: 10,
        cpu: [
          { ms: 200, route: 'POST /report', stack: ['render (src/render.ts:12)', 'handle'] },
          { ms: 20, own: true, route: 'GET /orders', stack: ['parse'] },
          { ms: 5, stack: ['(garbage collector)'] },
        ],
        waits: [{ ms: 700, account: 'db.pool-queue', stack: ['async load (src/load.ts:3)'] }],
      },
    };
    assert.deepEqual(fold(sliced), fold(VERDICT));
    assert.deepEqual(fold(sliced, 1).sort(), [
      'GET /orders;ran for POST /report;handle;render 200000000\n',
      'GET /orders;ran for itself;parse 20000000\n',
      'GET /orders;ran for nobody known;(garbage collector) 5000000\n',
    ]);
    assert.deepEqual(fold(sliced, 2), ['GET /orders;waited: db.pool-queue;async load 700000000\n']);
    const { sampleTypes, comments } = verdictProfile([sliced]);
    assert.deepEqual(
      sampleTypes.map(({ type }) => type),
      ['late', 'ran', 'waited'],
    );
    assert.match(comments.join(), /Looked closer from 100 ms to 900 ms of 1 s, every 10 ms/);
  });
});
