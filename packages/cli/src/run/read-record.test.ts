import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { poolVerdict } from '../testing/verdicts.ts';
import { readRecord } from './read-record.ts';

const read = (value: unknown) => readRecord(JSON.stringify(value));

describe('readRecord', () => {
  it('reads a verdict, with or without the agent’s envelope, and keeps fields it does not know', () => {
    assert.deepEqual(read(poolVerdict), { kind: 'verdict', verdict: poolVerdict });
    const enveloped = { holdup: 'verdict', pid: 7, ...poolVerdict, mood: 'blue' };
    assert.deepEqual(read(enveloped), { kind: 'verdict', verdict: enveloped });
  });

  it('reads an undetermined verdict without a budget', () => {
    const { verdict } = poolVerdict;
    const json = {
      ...poolVerdict,
      budgetMs: null,
      budgetSource: null,
      verdict: { ...verdict, cause: 'undetermined', culprit: null, chain: [] },
    };
    assert.equal(read(json).kind, 'verdict');
  });

  it('takes where the debug endpoints are for a notice', () => {
    const text = 'debug endpoints: http://127.0.0.1:6060/debug/pprof/';
    assert.deepEqual(read({ holdup: 'debug', text, url: 'http://127.0.0.1:6060/debug/pprof/' }), {
      kind: 'notice',
      text,
    });
  });

  it('reads a notice and passes over what a newer agent may write', () => {
    assert.deepEqual(read({ holdup: 'notice', text: 'off' }), { kind: 'notice', text: 'off' });
    assert.deepEqual(read({ holdup: 'started', pid: 7 }), { kind: 'started' });
    assert.deepEqual(read({ holdup: 'metrics', late: 3 }), { kind: 'foreign' });
  });

  const { verdict } = poolVerdict;
  const broken: readonly [string, unknown, string][] = [
    ['a list', [], 'not a JSON object'],
    ['null', null, 'not a JSON object'],
    ['a notice without text', { holdup: 'notice' }, 'a notice without text'],
    ['no route', { ...poolVerdict, route: undefined }, 'field "route" is missing or wrong'],
    ['an outcome nobody knows', { ...poolVerdict, outcome: 'tired' }, 'field "outcome" is missing or wrong'],
    ['a start at no time', { ...poolVerdict, startedAt: 'once' }, 'field "startedAt" is missing or wrong'],
    ['an endless wall time', { ...poolVerdict, wallMs: null }, 'field "wallMs" is missing or wrong'],
    [
      'a ledger entry without ms',
      { ...poolVerdict, ledger: [{ account: 'cpu' }] },
      'field "ledger" is missing or wrong',
    ],
    ['no verdict', { ...poolVerdict, verdict: 'guilty' }, 'field "verdict" is missing or wrong'],
    [
      'a chain of text',
      { ...poolVerdict, verdict: { ...verdict, chain: ['wait'] } },
      'field "verdict.chain" is missing or wrong',
    ],
  ];
  for (const [what, value, why] of broken) {
    it(`names what is wrong: ${what}`, () => assert.deepEqual(read(value), { kind: 'broken', why }));
  }

  it('calls half a line broken', () =>
    assert.deepEqual(readRecord('{"traceId":'), { kind: 'broken', why: 'not JSON' }));
});
