import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { readProfile } from '@holdup/profile';
import { assertDiscreet } from '../e2e/testing/same.ts';
import { type Reply, type Service, withService } from './testing/service.ts';

/** Long enough for a whole round of questions on a busy machine. */
const BLOCK_MS = 4_000;
/** Until the service has begun what it was asked for. */
const BEGUN_MS = 400;

/** Those that answer at once whatever the loop does; what a profile needs to come to an end is in its own tests. */
const ENDPOINTS = [
  '/debug/pprof/',
  '/debug/pprof/goroutine',
  '/debug/pprof/goroutine?debug=1',
  '/debug/pprof/goroutine?debug=2',
  '/debug/holdup/inflight',
  '/debug/holdup/inflight?format=json',
  '/debug/holdup/inflight?format=html',
  '/debug/holdup/pools',
  '/debug/holdup/timeouts',
  '/debug/holdup/loop',
  '/debug/holdup/verdicts',
  '/debug/holdup/verdicts?format=json',
  '/debug/holdup/metrics',
];

async function askAll(service: Service): Promise<ReadonlyMap<string, Reply>> {
  const replies = new Map<string, Reply>();
  for (const path of ENDPOINTS) {
    let reply = await service.debug(path);
    // On a busy machine the main thread may get no turn for that long.
    for (let again = 0; again < 5 && reply.status === 503; again++) reply = await service.debug(path);
    replies.set(path, reply);
  }
  return replies;
}

function assertNoSecrets(replies: Iterable<Reply>): void {
  for (const { text, headers } of replies) assert.doesNotMatch(text + JSON.stringify(headers), /c4nary/i);
}

/** Whether it is over yet. */
function watch(promise: Promise<unknown>): () => boolean {
  let isOver = false;
  promise.then(() => {
    isOver = true;
  });
  return () => isOver;
}

const folder = mkdtempSync(join(tmpdir(), 'holdup-debug-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('debug endpoints', { concurrency: 2 }, () => {
  it('answer while the event loop is blocked, with stacks, waits and whose they are', async () => {
    const run = await withService({}, async (service) => {
      for (const path of ['/partner?key=c4nary', '/reserve', '/queue']) void service.ask(path);
      await sleep(BEGUN_MS);
      const spinning = service.ask(`/spin?file=${encodeURIComponent(join(folder, 'enough'))}`);
      const isOver = watch(spinning);
      await sleep(BEGUN_MS);
      const replies = await askAll(service);
      assert.equal(isOver(), false);
      writeFileSync(join(folder, 'enough'), '');
      await spinning;
      for (const [path, { status, text }] of replies) assert.equal(status, 200, `${path}: ${text}`);
      assertNoSecrets(replies.values());
      assertInFlight(replies.get('/debug/holdup/inflight')?.text ?? '');
      assert.match(
        replies.get('/debug/holdup/pools')?.text ?? '',
        /stock lock: 1 of 1 held, 1 waiting\n.* GET \/reserve/,
      );
      assert.match(
        replies.get('/debug/holdup/loop')?.text ?? '',
        /running now: GET \/spin\n(?: {2}at .*\n)* {2}at spin \(.*service\.mjs:\d+\)/,
      );
      assert.match(replies.get('/debug/holdup/metrics')?.text ?? '', /\nholdup_requests_total 4\n/);
      assertGoroutines(replies);
    });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stderr, '');
    assertDiscreet(run);
  });

  const noGo = spawnSync('go', ['version']).error !== undefined && 'Go is not installed';
  it('are read by go tool pprof', { skip: noGo }, async () => {
    await withService({}, async (service) => {
      void service.ask('/reserve');
      void service.ask('/queue');
      await sleep(BEGUN_MS);
      assertGoReads(`${service.debugUrl}goroutine`, /goroutine\b[\s\S]*\[lock\.queue\] wait for stock lock/);
    });
  });

  it('say what cannot be had in a native call, and what is known', async () => {
    await withService({}, async (service) => {
      const fresh = await service.debug('/debug/holdup/inflight');
      assert.match(fresh.text, /^0 requests in flight/);
      const isOver = watch(service.ask(`/child?ms=${BLOCK_MS}`));
      await sleep(BEGUN_MS);
      const old = await service.debug('/debug/holdup/inflight');
      assert.equal(old.status, 200);
      assert.match(
        old.text,
        /call that\s+nothing\s+can\s+interrupt[\s\S]*Below\s+is\s+what\s+it\s+answered[\s\S]*\n0 requests in flight/,
      );
      const none = await service.debug('/debug/pprof/goroutine');
      assert.equal(none.status, 503);
      const metrics = await service.debug('/debug/holdup/metrics');
      assert.match(metrics.text, /\nholdup_main_thread_answered 0\n[\s\S]*\nholdup_loop_blocked 1\n/);
      const late = await service.debug('/debug/holdup/inflight?timeout=200ms');
      assert.equal(late.status, 504);
      const { error, timeoutMs, mainThread } = JSON.parse(late.text);
      assert.match(error, /no snapshot within 200 ms/);
      assert.equal(timeoutMs, 200);
      assert.equal(mainThread.answered, false);
      assert.equal(isOver(), false);
      const waited = await service.debug('/debug/holdup/inflight?timeout=60s');
      assert.equal(waited.status, 200, 'the answer comes as the native call returns');
      // The request itself may have been answered by then.
      assert.match(waited.text, /^[01] requests? in flight/m);
    });
  });

  it('wait for the sample, and no longer than the timeout', async () => {
    await withService({}, async (service) => {
      const began = performance.now();
      const sampling = service.debug('/debug/holdup/inflight?sample=700ms&timeout=30s&format=json');
      await sleep(BEGUN_MS);
      void service.ask('/partner');
      const sampled = JSON.parse((await sampling).text);
      assert.ok(performance.now() - began >= 700);
      const [request, ...others] = sampled.requests;
      assert.equal(request.route, 'GET /partner');
      assert.equal(request.ops.length, 1);
      assert.ok(request.ops[0].stack.length > 0);
      assert.deepEqual(others, []);
      const late = await service.debug('/debug/holdup/inflight?sample=5s&timeout=50ms');
      assert.equal(late.status, 504);
      assert.equal(late.headers['content-type'], 'application/json');
      assert.equal(JSON.parse(late.text).sampleMs, 5_000);
      for (const [query, why] of [
        ['sample=10', /sample: "10" is not a duration; write 10s/],
        ['timeout=-1s', /negative/],
        ['sample=100h', /longer than 300s/],
        ['format=xml', /text, json, html/],
      ] as const) {
        const refused = await service.debug(`/debug/holdup/inflight?${query}`);
        assert.equal(refused.status, 400);
        assert.match(refused.text, why);
      }
      const page = await service.debug('/debug/holdup/inflight', { accept: 'text/html,*/*;q=0.8' });
      assert.match(page.text, /^<!doctype html>[\s\S]*http-equiv="refresh"[\s\S]*GET \/partner/);
      const open = await service.debug('/debug/holdup/metrics', { accept: 'application/openmetrics-text' });
      assert.match(open.text, /\n# TYPE holdup_requests counter\nholdup_requests_total 1\n[\s\S]*\n# EOF\n$/);
    });
  });

  it('are for programs of this machine only', async () => {
    await withService({}, async (service) => {
      const status = async (headers: Record<string, string>, method?: string) =>
        (await service.debug('/debug/holdup/metrics', headers, method)).status;
      assert.equal(await status({ host: 'localhost:6060' }), 200);
      assert.equal(await status({ host: '[::1]' }), 200);
      assert.equal(await status({ host: 'rebound.example' }), 403);
      assert.equal(await status({ host: '127.0.0.1.rebound.example:6060' }), 403);
      assert.equal(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }), 403);
      assert.equal(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }), 200);
      assert.equal(await status({}, 'POST'), 405);
      assert.equal((await service.debug('/debug/nothing')).status, 404);
      assert.equal((await service.debug('/debug/pprof')).headers.location, '/debug/pprof/');
      const head = await service.debug('/debug/holdup/metrics', {}, 'HEAD');
      assert.equal(head.text, '');
    });
  });

  it('want the token where there is one', async () => {
    const token = 'a-token-of-some-length';
    await withService({ HOLDUP_DEBUG_TOKEN: token }, async (service) => {
      const status = async (headers: Record<string, string>) =>
        (await service.debug('/debug/holdup/metrics', headers)).status;
      const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
      assert.equal(await status({}), 401);
      assert.equal(await status({ authorization: 'Bearer a-token-of-some-lengtH' }), 401);
      assert.equal(await status(basic(`holdup:${token}x`)), 401);
      assert.equal(await status({ authorization: `Bearer ${token}` }), 200);
      assert.equal(await status({ ...basic(`holdup:${token}`), host: 'service.internal' }), 200);
    });
  });

  it('take the next port when theirs is taken, and say so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const run = await withService({ HOLDUP_DEBUG_ADDR: `127.0.0.1:${port}` }, async (service) => {
        assert.notEqual(new URL(service.debugUrl).port, String(port));
        assert.equal((await service.debug('/debug/pprof/')).status, 200);
      });
      const said = run.sink.find(({ holdup }) => holdup === 'debug');
      assert.match(JSON.stringify(said), new RegExp(`port ${port} is taken`));
    } finally {
      other.close();
    }
  });
});

function assertInFlight(text: string): void {
  assert.match(text, /^The event loop has been blocked for \d/);
  assert.match(text, /\n4 requests in flight, \d past the deadline/);
  assert.match(text, /\nrunning now: GET \/spin\n(?: {2}at .*\n)* {2}at spin \(.*service\.mjs:\d+\)/);
  assert.match(
    text,
    /GET \/partner .*\n {4}http\.first-byte for [\d.]+ m?s: GET http:\/\/127\.0\.0\.1:\d+.*\n(?: {6}at .*\n)* {6}at .*askPartner \(.*service\.mjs:\d+\)/,
  );
  assert.match(text, /GET \/queue .*\n {4}lock\.queue for [\d.]+ m?s: wait for stock lock/);
}

function assertGoroutines(replies: ReadonlyMap<string, Reply>): void {
  const one = replies.get('/debug/pprof/goroutine?debug=1')?.text ?? '';
  assert.match(one, /goroutine profile: total 4\n/);
  const two = replies.get('/debug/pprof/goroutine?debug=2')?.text ?? '';
  assert.match(two, /goroutine \d+ \[lock\.queue, [\d.]+ m?s\]:\n# r3 GET \/queue: /);
  assert.match(
    two,
    /goroutine \d+ \[running\]:\n# r4 GET \/spin: .*\n(?:.*\n)*?spin\(\.\.\.\)\n\t.*service\.mjs:\d+\n/,
  );
  const packed = replies.get('/debug/pprof/goroutine')?.body ?? Buffer.alloc(0);
  const profile = readProfile(gunzipSync(packed), (bytes) => gunzipSync(bytes));
  assert.ok(profile);
  assert.deepEqual(profile.sampleTypes, [
    { type: 'goroutine', unit: 'count' },
    { type: 'wait', unit: 'nanoseconds' },
  ]);
  const names = new Set(profile.frames.map(({ name }) => name));
  for (const name of ['GET /spin', 'spin', 'GET /queue', '[lock.queue] wait for stock lock'])
    assert.ok(names.has(name), name);
}

/** The client these endpoints are named for. */
function assertGoReads(url: string, expected: RegExp): void {
  const args = ['tool', 'pprof', '-top', '-tagfocus=route=GET /queue', url];
  const top = spawnSync('go', args, { env: { ...process.env, PPROF_TMPDIR: folder } });
  assert.match(top.stdout.toString(), expected, top.stderr.toString());
}
