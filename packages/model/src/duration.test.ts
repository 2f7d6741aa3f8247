import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDuration, parseRouteBudgets } from './duration.ts';

describe('parseDuration', () => {
  const good = { '800ms': 800, '1.5s': 1_500, '2m': 120_000, '800': 800, ' 2 S ': 2_000, '.5s': 500, '0.25ms': 0.25 };
  for (const [text, ms] of Object.entries(good)) {
    it(`reads ${JSON.stringify(text)} as ${ms} ms`, () => assert.deepEqual(parseDuration(text), { ok: true, ms }));
  }

  const bad = [
    '',
    'soon',
    '-1s',
    '0',
    '0ms',
    '1e3',
    '1,5s',
    '1.s',
    '5h',
    '1s500ms',
    'NaN',
    'Infinity',
    '60000m',
    '0x10',
  ];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)} and quotes it`, () => {
      const result = parseDuration(text);
      assert.equal(result.ok, false);
      assert.ok(!result.ok && result.message.startsWith(JSON.stringify(text)), JSON.stringify(result));
    });
  }

  it('says what would be right, without repeating endless input or control characters', () => {
    const result = parseDuration(`\u001b[2J${'x'.repeat(10_000)}`);
    assert.ok(!result.ok);
    assert.match(result.message, /write 800ms, 1\.5s, 2m or a number of milliseconds$/);
    assert.ok(result.message.length < 160 && !result.message.includes('\u001b'));
  });
});

describe('parseRouteBudgets', () => {
  it('reads several budgets, whatever the white space', () => {
    const result = parseRouteBudgets('GET /report=5s, post  /orders/:id = 800ms\nGET /a?b=c=1s,');
    assert.ok(result.ok);
    assert.deepEqual(
      [...result.budgets],
      [
        ['GET /report', 5_000],
        ['POST /orders/:id', 800],
        ['GET /a?b=c', 1_000],
      ],
    );
  });

  it('reads nothing from nothing', () => assert.deepEqual(parseRouteBudgets(''), { ok: true, budgets: new Map() }));

  it('refuses a part without a duration, a method or a sound duration', () => {
    for (const [text, message] of [
      ['GET /report', '"GET /report" is not a route budget; write "GET /report=5s"'],
      ['/report=5s', '"/report=5s" is not a route budget; write "GET /report=5s"'],
      ['=5s', '"=5s" is not a route budget; write "GET /report=5s"'],
      ['GET /r=soon', 'route "GET /r": "soon" is not a duration; write 800ms, 1.5s, 2m or a number of milliseconds'],
    ] as const) {
      assert.deepEqual(parseRouteBudgets(text), { ok: false, message });
    }
  });
});
