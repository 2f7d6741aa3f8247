import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, diffLines } from './compare.ts';
import type { Observe } from './observe.ts';

const where = { node: 'node', database: '', servers: {} };

/** Answers in turn, the last one again and again. */
function answers(plain: readonly string[], held: readonly string[]): Observe {
  const rounds = { plain: 0, held: 0 };
  return async ({ withAgent }) => {
    const [texts, round] = withAgent ? [held, rounds.held++] : [plain, rounds.plain++];
    const text = texts[Math.min(round, texts.length - 1)];
    return new Map(text === undefined ? [] : [['a call', text]]);
  };
}

describe('compare', () => {
  it('finds nothing where nothing differs', async () => {
    const found = await compare(answers(['same'], ['same']), where);
    assert.deepEqual(found, { behaviours: 1, differences: [], unstable: [] });
  });

  it('finds what only the agent shows', async () => {
    const found = await compare(answers(['one'], ['other']), where);
    assert.deepEqual(found.differences, [{ behaviour: 'a call', plain: 'one', held: 'other' }]);
  });

  it('finds what the agent shows in many ways', async () => {
    const found = await compare(answers(['one'], ['other', 'third']), where);
    assert.equal(found.differences.length, 1);
  });

  it('finds a behaviour that never came', async () => {
    assert.equal((await compare(answers(['one'], []), where)).differences.length, 1);
  });

  it('takes for unstable what differs without the agent too', async () => {
    const found = await compare(answers(['one', 'one', 'other'], ['other']), where);
    assert.deepEqual(found, { behaviours: 1, differences: [], unstable: ['a call'] });
  });
});

describe('diffLines', () => {
  it('leaves out what is the same', () => {
    const lines = diffLines({ behaviour: 'a call', plain: 'a\nb\nc\nd', held: 'a\nx\nc\nd\ne' });
    assert.deepEqual(lines, ['- b', '+ x', '+ e']);
  });
});
