import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VerdictJson } from '@holdup/model';
import { poolVerdict } from '../testing/verdicts.ts';
import { LiveView } from './live-view.ts';

function openView({ quiet = false, file }: { readonly quiet?: boolean; readonly file?: string } = {}) {
  const written: string[] = [];
  const kept: [hasProfile: boolean, to: string | undefined][] = [];
  const clock = { ms: 0 };
  const view = new LiveView({
    write: (text) => written.push(text),
    terminal: () => ({ width: 80, color: false }),
    now: () => clock.ms,
    quiet,
    keep: (verdict, to) => {
      kept.push([verdict.profile !== undefined, to]);
      return file;
    },
  });
  return { view, clock, kept, take: () => written.splice(0) };
}

const onRoute = (route: string): VerdictJson => ({ ...poolVerdict, route });

describe('LiveView', () => {
  it('tells an incident once in full, then its count at most every five seconds', () => {
    // seconds   0         1        5        6      20
    // verdicts  1         2                        1
    // told      in full            3×              4×
    const { view, clock, take } = openView();
    view.verdict(poolVerdict);
    assert.match(take().join(''), /was late after 1003 ms/);
    clock.ms = 1_000;
    view.verdict(poolVerdict);
    view.verdict(poolVerdict);
    view.refresh();
    assert.deepEqual(take(), []);
    clock.ms = 5_000;
    view.refresh();
    assert.deepEqual(take(), ['✗ 3× GET /orders/:id  db-pool-exhausted: POST /report  worst 1003 ms\n']);
    clock.ms = 6_000;
    view.refresh();
    assert.deepEqual(take(), []);
    clock.ms = 20_000;
    view.verdict(poolVerdict);
    assert.deepEqual(take(), ['✗ 4× GET /orders/:id  db-pool-exhausted: POST /report  worst 1003 ms\n']);
  });

  it('names the command that draws a verdict told in full, on a line of its own', () => {
    const { view, take } = openView({ file: '/tmp/some folder/1.json' });
    view.verdict(poolVerdict);
    assert.match(take().join(''), /\n {2}draw: holdup flame "\/tmp\/some folder\/1\.json"\n\n$/);
  });

  it('bounds what many different incidents print, and gives every one its turn', () => {
    const { view, clock, take } = openView();
    for (let at = 0; at < 40; at++) view.verdict(onRoute(`GET /r${at}`));
    const first = take();
    assert.equal(first.filter((text) => text.includes('was late')).length, 3);
    assert.equal(first.length, 3 + 10);
    for (clock.ms = 5_000; clock.ms <= 15_000; clock.ms += 1_000) view.refresh();
    const later = take();
    assert.ok(later.length <= 3 * (3 + 10), `${later.length}`);
    const told = new Set([...first, ...later].map((text) => /GET \/r\d+/.exec(text)?.[0]));
    assert.equal(told.size, 40);
    for (clock.ms = 16_000; clock.ms <= 80_000; clock.ms += 1_000) view.refresh();
    const whole = [...first, ...later, ...take()].filter((text) => text.includes('was late'));
    assert.equal(whole.length, 40);
  });

  it('says a notice once, and makes no end of different ones', () => {
    const { view, take } = openView();
    for (const text of ['off', 'off', 'off\u001b[31m']) view.notice(text);
    assert.deepEqual(take(), ['holdup: off\n']);
    for (let at = 0; at < 1_000; at++) view.notice(`note ${at}`);
    assert.equal(take().length, 99);
  });

  it('is quiet until the summary', () => {
    const { view, clock, take } = openView({ quiet: true });
    view.verdict(poolVerdict);
    clock.ms = 60_000;
    view.refresh();
    assert.deepEqual(take(), []);
    view.summary();
    assert.match(take().join(''), /holdup: 1 late request in 60\.0 s, 1 incident\n/);
  });
});
