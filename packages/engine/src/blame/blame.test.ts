import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Blame,
  type BlameShare,
  DNS_SLOTS,
  EVENT_LOOP,
  type Hold,
  type Holder,
  type LookupId,
  msToNs,
  type Op,
  type OpDetail,
  type OpId,
  type Recording,
  type Request,
  type RequestId,
  type ResourceId,
} from '@holdup/model';
import { openCase } from '../open-case.ts';

const POOL = 'pool' as ResourceId;
const SECOND = 'second' as ResourceId;

interface Setting {
  readonly requests: readonly Request[];
  readonly holds?: readonly Hold[];
  readonly more?: Partial<Recording>;
}

function record({ requests, holds = [], more = {} }: Setting): Recording {
  return {
    origin: 0n,
    now: msToNs(1_000),
    requests: new Map(requests.map((request) => [request.id, request])),
    resources: new Map(),
    holds,
    loop: { busy: [], blocks: [], gc: [] },
    lookups: [],
    lookupSlots: 2,
    sources: new Set(['ledger', 'loop', 'pool-holders']),
    completeSince: msToNs(0),
    ...more,
  };
}

function request(id: string, start: number, end: number | undefined, ops: readonly Op[]): Request {
  return {
    id: id as RequestId,
    traceId: id,
    kind: 'http',
    route: `GET /${id}`,
    start: msToNs(start),
    ...(end !== undefined && { end: msToNs(end) }),
    outcome: 'deadline-exceeded',
    ops,
  };
}

const HTTP: OpDetail = {
  kind: 'http-client',
  method: 'GET',
  origin: 'http://x.example:80',
  host: 'x.example:80',
  library: 'undici',
};

function poolWait(id: string, start: number, end: number | undefined, pool = POOL): Op {
  const detail: OpDetail = { kind: 'pool-wait', pool, total: 1, idle: 0, waiting: 0, immediate: false };
  return { ...call(id, start, end), account: 'db.pool-queue', detail };
}

function call(id: string, start: number, end: number | undefined): Op {
  return {
    id: id as OpId,
    name: id,
    start: msToNs(start),
    ...(end !== undefined && { end: msToNs(end) }),
    account: 'http.first-byte',
    phases: [],
    detail: HTTP,
  };
}

function query(id: string, start: number, end: number, connection: string): Op {
  const detail: OpDetail = {
    kind: 'db-query',
    system: 'postgresql',
    database: 'db',
    connection,
    shape: 'SELECT 1',
    verb: 'SELECT',
    tables: [],
    locking: false,
    keys: [],
  };
  return { ...call(id, start, end), account: 'db.query', detail };
}

function holder(id: string, requestEnd?: number): Holder {
  const end = requestEnd === undefined ? {} : { requestEnd: msToNs(requestEnd) };
  return { requestId: id as RequestId, route: `GET /${id}`, ...end };
}

function hold(by: Holder, start: number, end: number | undefined, unit = 'u1', resource = POOL): Hold {
  return { resource, unit, holder: by, start: msToNs(start), ...(end !== undefined && { end: msToNs(end) }) };
}

function blamesOf(setting: Setting): readonly Blame[] {
  return openCase(record(setting), 'late' as RequestId).blames;
}

/** `GET /b 500 [http.first-byte 400 outside, cpu 100 cpu]`, milliseconds. */
function describeShare(share: BlameShare): string {
  const parts = share.parts.map((part) => `${part.account} ${part.ns / 1e6} ${part.end ?? `→ ${part.next?.resource}`}`);
  return `${share.holder.route} ${share.share / 1e6} [${parts.join(', ')}]`;
}

function describeBlame(blame: Blame | undefined): string[] {
  return blame === undefined ? [] : blame.shares.map(describeShare);
}

describe('blame', () => {
  it('divides a wait among its holders by overlap, the rest unknown, exactly', () => {
    // late  |-------- waits 100 --------|
    // b     |=========|                        0..40
    // c     |====|                             0..20
    //                  nobody known            40..100
    const [blame] = blamesOf({
      requests: [
        request('late', 0, 100, [poolWait('l1', 0, 100)]),
        request('b', 0, 200, [call('b1', 0, 200)]),
        request('c', 0, 200, [call('c1', 0, 200)]),
      ],
      holds: [hold(holder('b'), 0, 40), hold(holder('c'), 0, 20, 'u2')],
    });
    assert.deepEqual(
      blame?.shares.map(({ holder: { route }, share, overlap, end }) => [route, share, overlap / 1e6, end]),
      [
        ['unknown', 60_000_000, 60, 'unknown'],
        ['GET /b', 26_666_667, 40, 'outside'],
        ['GET /c', 13_333_333, 20, 'outside'],
      ],
    );
  });

  it('says what a holder did by its own ledger', () => {
    // late  |------- waits -------|
    // b     |=====================|    call 10..60, else its own work
    const [blame] = blamesOf({
      requests: [request('late', 0, 100, [poolWait('l1', 0, 100)]), request('b', 0, 100, [call('b1', 10, 60)])],
      holds: [hold(holder('b'), 0, 100)],
      more: {
        loop: {
          busy: [
            { start: msToNs(0), end: msToNs(10), holder: holder('b') },
            { start: msToNs(60), end: msToNs(99), holder: holder('b') },
          ],
          blocks: [],
          gc: [],
        },
      },
    });
    assert.deepEqual(describeBlame(blame), [
      'GET /b 100 [http.first-byte 50 outside, cpu 49 cpu, unattributed 1 unknown]',
    ]);
  });

  it('goes on through a holder that waits for something itself', () => {
    // late  waits for pool   ← b holds it, waits for second   ← c holds that, in a call
    const [blame] = blamesOf({
      requests: [
        request('late', 0, 100, [poolWait('l1', 0, 100)]),
        request('b', 0, undefined, [poolWait('b1', 0, undefined, SECOND)]),
        request('c', 0, undefined, [call('c1', 0, undefined)]),
      ],
      holds: [hold(holder('b'), 0, undefined), hold(holder('c'), 0, undefined, 'u1', SECOND)],
    });
    assert.deepEqual(describeBlame(blame), ['GET /b 100 [db.pool-queue 100 → second]']);
    assert.deepEqual(describeBlame(blame?.shares[0]?.parts[0]?.next), ['GET /c 100 [http.first-byte 100 outside]']);
  });

  it('reports two requests that wait for each other as a knot', () => {
    // late  holds second, waits for pool
    // b     holds pool, waits for second
    const [blame] = blamesOf({
      requests: [
        request('late', 0, undefined, [poolWait('l1', 10, undefined)]),
        request('b', 0, undefined, [poolWait('b1', 10, undefined, SECOND)]),
      ],
      holds: [hold(holder('b'), 0, undefined), hold(holder('late'), 0, undefined, 'u1', SECOND)],
    });
    const knot = blame?.shares[0]?.parts[0]?.next?.shares[0];
    assert.deepEqual(describeBlame(blame), ['GET /b 990 [db.pool-queue 990 → second]']);
    assert.equal(knot?.end, 'cycle');
    assert.equal(knot?.holder.requestId, 'late');
    assert.equal(knot?.share, msToNs(990));
  });

  it('reports a request that holds one unit of the pool it waits for as a knot', () => {
    const [blame] = blamesOf({
      requests: [request('late', 0, undefined, [poolWait('l1', 100, undefined)])],
      holds: [hold(holder('late'), 50, undefined)],
    });
    assert.deepEqual(describeBlame(blame), ['GET /late 900 [db.pool-queue 900 cycle]']);
    assert.equal(blame?.shares[0]?.end, 'cycle');
  });

  it('but not while a statement of its own runs on that unit', () => {
    // late  |------ waits for a second connection ------|   0..300
    // u1       |== its own statement ==|                    0..300
    const [blame] = blamesOf({
      requests: [request('late', 0, 400, [query('l1', 0, 300, 'u1'), poolWait('l2', 0, 400)])],
      holds: [hold(holder('late'), 0, 300)],
    });
    assert.deepEqual(describeBlame(blame), [
      'GET /late 300 [db.query 300 outside]',
      'unknown 100 [unattributed 100 unknown]',
    ]);
  });

  it('calls what a holder kept after its request ended a leak, in the recording or not', () => {
    // late   |--------- waits 0..100 ---------|
    // b      |== lives ==|  keeps u1 ............
    // gone                  keeps u2 ............   ended at 20, records evicted
    const [blame] = blamesOf({
      requests: [request('late', 0, 100, [poolWait('l1', 0, 100)]), request('b', 0, 40, [call('b1', 0, 40)])],
      holds: [hold(holder('b', 40), 0, undefined), hold(holder('gone', 20), 0, undefined, 'u2')],
    });
    assert.deepEqual(describeBlame(blame), [
      'GET /b 50 [unattributed 30 leak, http.first-byte 20 outside]',
      'GET /gone 50 [unattributed 40 leak, unattributed 10 unknown]',
    ]);
  });

  it('does not call it a leak while its statement runs on', () => {
    const [blame] = blamesOf({
      requests: [request('late', 0, 100, [poolWait('l1', 0, 100)]), request('b', 0, 10, [query('b1', 0, 90, 'u1')])],
      holds: [hold(holder('b', 10), 0, undefined)],
    });
    assert.deepEqual(describeBlame(blame)[0]?.includes('unattributed 10 leak'), true, describeBlame(blame)[0]);
    assert.deepEqual(describeBlame(blame)[0]?.includes('db.query 80 outside'), true, describeBlame(blame)[0]);
  });

  it('says unknown about background work and evicted holders that still run', () => {
    const [blame] = blamesOf({
      requests: [request('late', 0, 100, [poolWait('l1', 0, 100)])],
      holds: [hold({ route: 'background' }, 0, 50), hold(holder('gone'), 50, 100)],
    });
    assert.deepEqual(describeBlame(blame), [
      'GET /gone 50 [unattributed 50 unknown]',
      'background 50 [unattributed 50 unknown]',
    ]);
  });

  it('blames whoever ran on the event loop', () => {
    // late   |--- call 0..100 ---|
    // loop       idle |b b b|? ?|     60..90 of b, 90..100 of nobody known
    const blames = blamesOf({
      requests: [request('late', 0, 100, [call('l1', 0, 100)]), request('b', 0, 100, [])],
      more: {
        loop: {
          busy: [
            { start: msToNs(60), end: msToNs(90), holder: holder('b') },
            { start: msToNs(90), end: msToNs(100) },
          ],
          blocks: [],
          gc: [],
        },
      },
    });
    assert.deepEqual(
      blames.map((blame) => [blame.resource, blame.wait / 1e6]),
      [[EVENT_LOOP, 40]],
    );
    assert.deepEqual(describeBlame(blames[0]), ['GET /b 30 [cpu 30 cpu]', 'unknown 10 [unattributed 10 unknown]']);
  });

  it('blames the lookups that had the slots', () => {
    // slot 1  |#### slow.example ####|        0..80
    // slot 2  |#### slow.example ####|        0..60
    // late    |...... queued ........|#|      0..70, its lookup runs from 60 on
    const lookup = (id: string, host: string, end: number, by?: Holder) => ({
      id: id as LookupId,
      host,
      start: msToNs(0),
      end: msToNs(end),
      ...(by !== undefined && { holder: by }),
    });
    const detail: OpDetail = { kind: 'dns', host: 'x.example', via: 'getaddrinfo', lookup: 'k3' as LookupId };
    const slow: OpDetail = { kind: 'dns', host: 'slow.example', via: 'getaddrinfo', lookup: 'k1' as LookupId };
    const [blame] = blamesOf({
      requests: [
        request('late', 0, 70, [{ ...call('l1', 0, 70), account: 'dns', detail }]),
        request('b', 0, 80, [{ ...call('b1', 0, 80), account: 'dns', detail: slow }]),
      ],
      more: {
        lookups: [
          lookup('k1', 'slow.example', 80, holder('b')),
          lookup('k2', 'slow.example', 60),
          lookup('k3', 'x.example', 70, holder('late')),
        ],
      },
    });
    assert.equal(blame?.resource, DNS_SLOTS);
    assert.equal(blame?.wait, msToNs(60));
    assert.deepEqual(describeBlame(blame), [
      'GET /b 30 [dns 30 outside]',
      'lookup of slow.example 30 [dns 30 outside]',
    ]);
    assert.equal(blame?.shares[0]?.parts[0]?.op, 'b1');
  });

  it('stays small and exact when full pools wait for full pools', () => {
    // late and 20 holders of pool k wait for pool k+1, 6 pools deep
    const pools = Array.from({ length: 6 }, (_, k) => `pool${k}` as ResourceId);
    const requests = [request('late', 0, undefined, [poolWait('l', 0, undefined, pools[0])])];
    const holds: Hold[] = [];
    for (const [k, pool] of pools.entries()) {
      for (let i = 0; i < 20; i++) {
        const id = `h${k}-${i}`;
        requests.push(request(id, 0, undefined, [poolWait(`o${id}`, 0, undefined, pools[k + 1] ?? POOL)]));
        holds.push(hold(holder(id), 0, undefined, `u${i}`, pool));
      }
    }
    const [blame] = blamesOf({ requests, holds });
    assert.ok(blame !== undefined);
    const size = countBlames(blame);
    assert.ok(size > 20 && size <= 257, `${size} blames`);
  });
});

function countBlames(blame: Blame): number {
  let count = 1;
  let sum = 0;
  for (const share of blame.shares) {
    sum += share.share;
    for (const part of share.parts) if (part.next !== undefined) count += countBlames(part.next);
  }
  assert.equal(sum, blame.wait);
  return count;
}
