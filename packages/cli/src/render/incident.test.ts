import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type IncidentView, renderSummary } from './incident.ts';

const at = (time: string) => new Date(`2026-11-22T${time}`).getTime();

const pool: IncidentView = {
  route: 'GET /orders/:id',
  cause: 'db-pool-exhausted',
  culprit: 'POST /report',
  count: 37,
  worstMs: 1_203.4,
  lateMs: 14_800,
  firstAtMs: at('15:04:05'),
  lastAtMs: at('15:06:10'),
};
const none = { incidents: 0, requests: 0 };
const dns: IncidentView = {
  ...pool,
  route: 'GET /prices/:currency/of/every/item/that/was/ever/sold',
  cause: 'dns-slow',
  culprit: '',
  count: 2,
  lateMs: 99_000,
  lastAtMs: pool.firstAtMs,
};

describe('renderSummary', () => {
  it('is a table, what cost most first', () => {
    const expected = `
holdup: 39 late requests in 4 min 5 s, 2 incidents
       route                               cause                worst  late in all
   2×  GET /prices/:currency/of/every/it…  dns-slow           1203 ms       99.0 s
       15:04:05
  37×  GET /orders/:id                     db-pool-exhausted  1203 ms       14.8 s
       POST /report · 15:04:05–15:06:10`;
    const text = renderSummary({ incidents: [pool, dns], dropped: none, ranMs: 245_000 }, { width: 82, color: false });
    assert.equal(`\n${text}`, expected);
  });

  it('is a list where a table has no room', () => {
    const expected = `
holdup: 37 late requests in 12.0 s, 1
        incident
  37x GET /orders/:id
      db-pool-exhausted
      worst 1203 ms, late 14.8 s in all
      POST /report - 15:04:05-15:06:10`;
    const text = renderSummary(
      { incidents: [pool], dropped: none, ranMs: 12_000 },
      { width: 40, color: false, unicode: false },
    );
    assert.equal(`\n${text}`, expected);
  });

  it('counts what could not be kept', () => {
    const dropped = { incidents: 2, requests: 40 };
    const text = renderSummary({ incidents: [pool], dropped, ranMs: 12_000 }, { width: 80, color: false });
    assert.match(text, /^holdup: 77 late requests in 12\.0 s, 3 incidents\n/);
    assert.match(text, /\n {2}and 2 earlier incidents with 40 late requests$/);
  });

  it('says that nothing was late', () => {
    const text = renderSummary({ incidents: [], dropped: none, ranMs: 1_500 }, { width: 80, color: false });
    assert.equal(text, 'holdup: no late request diagnosed in 1500 ms');
  });
});
