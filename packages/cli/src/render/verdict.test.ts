import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { VerdictJson } from '@holdup/model';
import { poolVerdict } from '../testing/verdicts.ts';
import { columnsOf } from './text.ts';
import { renderVerdict } from './verdict.ts';

const plain = { color: false, unicode: true };

describe('renderVerdict', () => {
  it('reads well in 80 columns', () => {
    const expected = `
✗ GET /orders/:id was late after 1003 ms, budget 800 ms
  GET /orders/:id waited 840 ms for a connection of pg pool 127.0.0.1:5432/shop;
  POST /report held 4 of 4 while it waited for https://prices.example:443.
  db-pool-exhausted 84 % of the time
  █████████████████████████████████████████████████████████████│██▓▓▓▓▓▓▓▒▒▒·░
                                                               ╰ budget 800 ms
  █ db.pool-queue  840.1 ms  83.7 %  pg pool 127.0.0.1:5432/shop
  ▓ db.query        98.2 ms   9.8 %  127.0.0.1:5432/shop
  ▒ loop.busy       41.9 ms   4.2 %
  · other (2)       10.0 ms   1.0 %  cpu, gc
  ░ unattributed    13.0 ms   1.3 %

  └─ waited 840 ms for pg pool 127.0.0.1:5432/shop
     └─ POST /report held a connection for 811 ms: waiting inside a transaction
        └─ https://prices.example:443, 791 ms: first byte of GET /prices

  • The pool has 4 connections; all were out and 6 requests queued as the wait
    began.
  • The wait is usually 0.2 ms (median of 212).
  also: The event loop was busy with many short runs. (42 ms)
  ruled out: dns-slow, tls-slow, upstream-slow, loop-blocked and 2 more
  unknown: db-lock-wait (needs db-server)

  fix: Move the call to https://prices.example:443 out of the transaction of
       POST /report, so that its connection is free meanwhile.
  see: docs/causes/db-pool-exhausted.md`;
    assert.equal(`\n${renderVerdict(poolVerdict, { ...plain, width: 80 })}`, expected);
  });

  it('calls late only what took longer than its budget', () => {
    const [headline] = renderVerdict({ ...poolVerdict, wallMs: 596 }, { ...plain, width: 80 }).split('\n');
    assert.equal(headline, '✗ GET /orders/:id ran into a timeout after 596 ms, budget 800 ms');
  });

  it('reads well in 40 columns of ASCII', () => {
    const expected = `
x GET /orders/:id was late after
  1003 ms, budget 800 ms
  GET /orders/:id waited 840 ms for a
  connection of pg pool
  127.0.0.1:5432/shop; POST /report held
  4 of 4 while it waited for
  https://prices.example:443.
  db-pool-exhausted 84 % of the time
  #############################|====++
                 budget 800 ms ^
  # db.pool-queue  840.1 ms  83.7 %
  = db.query        98.2 ms   9.8 %
  + loop.busy       41.9 ms   4.2 %
  . other (2)       10.0 ms   1.0 %
  ? unattributed    13.0 ms   1.3 %

  \`- waited 840 ms for pg pool
     127.0.0.1:5432/shop
     \`- POST /report held a connection
        for 811 ms: waiting inside a
        transaction
        \`- https://prices.example:443,
           791 ms: first byte of GET
           /prices

  * The pool has 4 connections; all were
    out and 6 requests queued as the
    wait began.
  * The wait is usually 0.2 ms (median
    of 212).
  also: The event loop was busy with
        many short runs. (42 ms)
  ruled out: dns-slow and 5 more
  unknown: db-lock-wait (needs
           db-server)

  fix: Move the call to
       https://prices.example:443 out of
       the transaction of POST /report,
       so that its connection is free
       meanwhile.
  see: docs/causes/db-pool-exhausted.md`;
    assert.equal(`\n${renderVerdict(poolVerdict, { color: false, unicode: false, width: 40 })}`, expected);
  });

  it('has the same words with colour as without', () => {
    const words = (color: boolean) =>
      stripVTControlCharacters(renderVerdict(poolVerdict, { width: 80, color })).replace(/[█▓▒]/g, '█');
    assert.equal(words(true), words(false));
    assert.notEqual(renderVerdict(poolVerdict, { width: 80, color: true }), words(true));
  });

  it('gives the accounts of one family one colour and fills of their own', () => {
    const text = renderVerdict(poolVerdict, { width: 80, color: true });
    for (const legend of [
      '\u001b[35m█\u001b[39m db.pool-queue',
      '\u001b[35m▓\u001b[39m db.query',
      '\u001b[33m█\u001b[39m loop.busy',
    ]) {
      assert.ok(text.includes(legend), legend);
    }
  });

  const long = 'x'.repeat(300);
  const wide = '注文を待つ行列';
  const odd: Record<string, VerdictJson> = {
    'as it is': poolVerdict,
    'long words everywhere': replaceText(poolVerdict, (text) => `${text}${long}`),
    'double-width characters everywhere': replaceText(poolVerdict, (text) => `${text} ${wide}${wide}${wide}`),
    'a chain deeper than the screen': {
      ...poolVerdict,
      verdict: { ...poolVerdict.verdict, chain: Array(40).fill(poolVerdict.verdict.chain[1]) },
    },
    'no ledger, no time, no budget': { ...poolVerdict, ledger: [], wallMs: 0, budgetMs: null },
    'every account': {
      ...poolVerdict,
      ledger: [
        'cpu',
        'loop.blocked',
        'gc',
        'db.connect',
        'dns',
        'tcp',
        'tls',
        'http.body',
        'timer',
        'client.upload',
      ].map((account) => ({ account: account as 'cpu', ms: 100, share: 0.1, resource: 'somewhere' })),
    },
  };
  for (const [what, json] of Object.entries(odd)) {
    it(`is never wider than asked for: ${what}`, () => {
      for (const width of [20, 21, 33, 40, 79, 80, 100, 250]) {
        for (const unicode of [true, false]) {
          const lines = renderVerdict(json, { width, color: true, unicode }).split('\n').map(stripVTControlCharacters);
          const widest = Math.max(...lines.map(columnsOf));
          assert.ok(widest <= width, `${widest} > ${width}`);
        }
      }
    });
  }

  it('removes what a terminal would act on from every text', () => {
    const evil = '\u001b[2J\u001b]8;;http://evil\u0007\u009b1m\r\n\u202e\u200b';
    const text = renderVerdict(
      replaceText(poolVerdict, (clean) => `${clean}${evil}`),
      { ...plain, width: 80 },
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/);
    const ascii = renderVerdict(
      replaceText(poolVerdict, (clean) => `${clean}é…${wide}`),
      { ...plain, unicode: false, width: 80 },
    );
    assert.match(ascii, /^[\x20-\x7e\n]*$/);
  });

  it('marks a budget that was not reached at the end of the bar, and drops one far off', () => {
    const cancelled = (budgetMs: number) =>
      renderVerdict({ ...poolVerdict, outcome: 'cancelled', budgetMs }, { ...plain, width: 80 });
    assert.match(cancelled(1_500), /was cancelled after 1003 ms, budget 1500 ms/);
    assert.match(cancelled(1_500), /░ +│\n +budget 1500 ms ╯\n/);
    assert.doesNotMatch(cancelled(60_000), /│/);
  });

  it('sets steps side by side when the blame ends at several', () => {
    const chain = [
      { kind: 'wait', ms: 300, resource: '2 calls in a row' },
      { kind: 'outside', ms: 200, resource: 'a.example:443', doing: 'GET /a' },
      { kind: 'work', ms: 100, stack: ['render (src/render.ts:12)', 'b', 'c', 'd'] },
    ] as const;
    const text = renderVerdict({ ...poolVerdict, verdict: { ...poolVerdict.verdict, chain } }, { ...plain, width: 80 });
    const expected = `
  └─ waited 300 ms for 2 calls in a row
     └─ a.example:443, 200 ms: GET /a
     └─ 100 ms of work
        at render (src/render.ts:12)
        at b
        at c
`;
    assert.ok(text.includes(expected), text);
  });

  it('says so when nothing explains the time', () => {
    const { verdict } = poolVerdict;
    const undetermined: VerdictJson = {
      ...poolVerdict,
      verdict: {
        ...verdict,
        cause: 'undetermined',
        culprit: null,
        explainedMs: 0,
        summary: '',
        chain: [],
        fix: '',
        docs: '',
      },
    };
    const text = renderVerdict(undetermined, { ...plain, width: 80 });
    assert.match(text, /\n {2}Nothing explains enough of the time\.\n {2}undetermined\n/);
    assert.doesNotMatch(text, /└─|fix:|see:/);
  });
});

/** The verdict with every free text changed. */
function replaceText(json: VerdictJson, change: (text: string) => string): VerdictJson {
  const fixed = new Set(['outcome', 'kind', 'account']);
  const walk = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : change(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]));
  };
  return walk(json) as VerdictJson;
}
