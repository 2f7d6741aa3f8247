import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Profile, readProfile } from '@holdup/profile';
import { GoPprof, noGo } from './testing/go-pprof.ts';
import { type RunningHost, runHeld } from './testing/host.ts';

/** Found out by the endpoint itself: the port is a free one. */
async function debugBase(host: RunningHost): Promise<string> {
  for (;;) {
    const line = host.sink().find((candidate) => 'url' in candidate);
    if (line !== undefined && 'url' in line) return new URL(String(line.url)).origin;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Service {
  readonly base: string;
  readonly debug: string;
}

async function withService(args: readonly string[], use: (service: Service) => Promise<void>): Promise<void> {
  const run = await runHeld('profiled.mjs', {
    args,
    agentEnv: { HOLDUP_DEBUG_ADDR: '127.0.0.1:0', HOLDUP_BUDGET: '10s' },
    during: async (host) => {
      const base = (await host.line(/^service /)).slice('service '.length);
      await use({ base, debug: await debugBase(host) });
      host.child.stdin.write('end\n');
      await once(host.child, 'exit');
    },
  });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, '');
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.equal(response.status, 200, Buffer.from(bytes).toString('utf8', 0, 300));
  return bytes;
}

/** What the service did, where it got a processor for it. */
const WORK: Readonly<Record<string, (samples: readonly Sample[]) => boolean>> = {
  profile: isWorkSeen,
  wall: isWorkSeen,
  mutex: isWorkSeen,
  heap: isMemorySeen,
  allocs: isMemorySeen,
};

function isWorkSeen(samples: readonly Sample[]): boolean {
  return ['makeReport', 'makeInvoice'].every((work) => {
    return sum(samples, (sample) => through(work)(sample) && (sample.labels.route ?? '') !== '') > 0;
  });
}

function isMemorySeen(samples: readonly Sample[]): boolean {
  return sum(samples, throughKeep) > 100_000;
}

/** A machine with no processor to spare may give the service none in a short window: then longer ones. */
async function takeWorking(url: string, name: string, seconds: number): Promise<Uint8Array> {
  const bytes = await fetchBytes(`${url}?seconds=${seconds}`);
  const isSeen = WORK[name];
  if (isSeen === undefined || seconds > 6 || isSeen(samplesOf(parse(bytes)))) return bytes;
  return takeWorking(url, name, 3 * seconds);
}

function parse(bytes: Uint8Array): Profile {
  const profile = readProfile(bytes, (packed) => gunzipSync(packed));
  assert.ok(profile, 'it is no profile');
  return profile;
}

interface Sample {
  readonly frames: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

function samplesOf({ samples, stacks, frames, labelSets, sampleTypes }: Profile): Sample[] {
  return Array.from(samples.stack, (stack, index) => {
    const names: string[] = [];
    for (let at = stack; at >= 0; at = stacks.parent[at] ?? -1) names.push(frames[stacks.frame[at] ?? -1]?.name ?? '');
    const labels = labelSets[samples.labels[index] ?? 0] ?? [];
    const values = sampleTypes.map((_, type) => Number(samples.values[index * sampleTypes.length + type]));
    return { frames: names, labels: Object.fromEntries(labels.map(({ key, value }) => [key, String(value)])), values };
  });
}

function sum(samples: readonly Sample[], test: (sample: Sample) => boolean): number {
  return samples.filter(test).reduce((total, { values }) => total + (values[1] ?? 0), 0);
}

const through = (name: string) => (sample: Sample) => sample.frames.includes(name);

/** V8 puts what an inlined function allocates on the one that it is inlined into. */
const throughKeep = (sample: Sample) => through('keepOrders')(sample) || through('/keep')(sample);

const go = new GoPprof();
const skip = noGo() ?? false;
after(() => go.close());

describe('profiles of a busy service', () => {
  const taken = new Map<string, Uint8Array>();

  it('are taken', async () => {
    await withService(['busy'], async ({ debug }) => {
      for (const [name, seconds] of Object.entries({
        profile: 1.5,
        wall: 0.7,
        block: 0.7,
        mutex: 0.7,
        heap: 0.5,
        allocs: 0.5,
        trace: 0.7,
      })) {
        taken.set(name, await takeWorking(`${debug}/debug/pprof/${name}`, name, seconds));
      }
    });
  });

  const get = (name: string): Uint8Array => {
    const bytes = taken.get(name);
    assert.ok(bytes, `${name} was not taken`);
    return bytes;
  };

  it('profile: work is on the stack that did it and on the route it was for', () => {
    const profile = parse(get('profile'));
    assert.deepEqual(profile.sampleTypes, [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ]);
    const samples = samplesOf(profile);
    assert.ok(!samples.some(through('(idle)')));
    for (const [name, route] of [
      ['makeReport', 'GET /report'],
      ['makeInvoice', 'GET /invoice'],
    ] as const) {
      const all = sum(samples, through(name));
      assert.ok(all > 0, `${name} is missing`);
      const right = sum(samples, (sample) => through(name)(sample) && sample.labels.route === route);
      const wrong = sum(
        samples,
        (sample) => through(name)(sample) && sample.labels.route !== undefined && sample.labels.route !== route,
      );
      assert.ok(right > 0 && wrong <= 0.1 * all, `${name}: ${right} of ${all} ns are on ${route}, ${wrong} on others`);
    }
  });

  it('block: waits are on the stack that waited, by what for', () => {
    const samples = samplesOf(parse(get('block')));
    const isLock = ({ labels }: Sample) => labels.account === 'lock.queue';
    assert.ok(sum(samples, (sample) => isLock(sample) && through('reserveStock')(sample)) > 0);
    assert.ok(samples.filter(isLock).every(({ labels }) => labels.route === 'GET /stock'));
    assert.ok(sum(samples, ({ labels }) => labels.account === 'http.first-byte' && labels.route === 'GET /call') > 0);
  });

  it('mutex: the same waits are on the stack that held', () => {
    const samples = samplesOf(parse(get('mutex')));
    const held = samples.filter(({ labels }) => labels.resource?.startsWith('lock:'));
    assert.ok(held.length > 0);
    assert.ok(sum(held, through('reserveStock')) > 0.5 * sum(held, () => true), JSON.stringify(held));
    assert.ok(sum(samples, through('makeReport')) > 0, 'nobody waited for the event loop');
  });

  it('wall: CPU and waiting in one', () => {
    const samples = samplesOf(parse(get('wall')));
    assert.ok(sum(samples, through('makeReport')) > 0);
    assert.ok(sum(samples, through('(waiting: lock.queue)')) > 0);
  });

  it('heap and allocs: bytes by the stack that allocated', () => {
    const heap = parse(get('heap'));
    assert.deepEqual(
      heap.sampleTypes.map(({ type }) => type),
      ['inuse_objects', 'inuse_space'],
    );
    const allocs = parse(get('allocs'));
    assert.deepEqual(
      allocs.sampleTypes.map(({ type }) => type),
      ['alloc_objects', 'alloc_space'],
    );
    assert.ok(isMemorySeen(samplesOf(allocs)));
    assert.ok(sum(samplesOf(heap), throughKeep) > 0);
  });

  it('trace: begins and ends match, nothing on one row overlaps', () => {
    checkTrace(JSON.parse(Buffer.from(get('trace')).toString()));
  });

  it('go tool pprof opens each', { skip }, async () => {
    for (const name of ['profile', 'wall', 'block', 'mutex', 'heap', 'allocs']) {
      const file = go.write(get(name));
      assert.match(go.run('-top', file), /flat%/, name);
      assert.match(go.run('-top', '-diff_base', file, file), /flat%/, name);
    }
    const wall = go.write(get('wall'));
    const focused = go.run('-top', '-tagfocus=route=GET /report', wall);
    assert.match(focused, /makeReport/);
    assert.doesNotMatch(focused, /makeInvoice/);
    assert.match(await go.page(wall, '/ui/flamegraph'), /makeReport/);
  });
});

describe('profiles of a blocked service', () => {
  it('are taken meanwhile, and name who blocks it', async () => {
    await withService([], async ({ base, debug }) => {
      for (const name of ['profile', 'wall', 'allocs', 'trace']) {
        const stalled = fetch(`${base}/stall?ms=2000`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        const bytes = await fetchBytes(`${debug}/debug/pprof/${name}?seconds=0.5`);
        const isStalled = await Promise.race([stalled.then(() => false), Promise.resolve(true)]);
        if (name === 'profile' || name === 'wall') {
          const samples = samplesOf(parse(bytes));
          const all = sum(samples, () => true);
          assert.ok(sum(samples, ({ labels }) => labels.route === 'GET /stall') > 0.8 * all, JSON.stringify(samples));
        } else if (name !== 'trace') parse(bytes);
        assert.ok(isStalled, `${name} came only after the block`);
        await (await stalled).text();
      }
    });
  });

  it('refuses a window that makes no sense, and a second one at a time', async () => {
    await withService([], async ({ debug }) => {
      const bad = await fetch(`${debug}/debug/pprof/profile?seconds=soon`);
      assert.equal(bad.status, 400);
      assert.match(await bad.text(), /seconds: "soon" is not a number above 0, up to 300/);
      const first = fetch(`${debug}/debug/pprof/block?seconds=0.6`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const second = await fetch(`${debug}/debug/pprof/profile?seconds=1`);
      assert.equal(second.status, 409);
      assert.match(await second.text(), /block profile, 0.6 s/);
      assert.equal((await first).status, 200);
    });
  });
});

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly id?: string;
}

/** What the Trace Event Format asks of each event: https://chromium.googlesource.com/catapult, trace event format. */
function checkFields({ ph, name, ts, dur, pid, tid, cat, id }: TraceEvent): void {
  const shown = JSON.stringify({ ph, name, ts, dur, pid, tid, cat, id });
  assert.ok(['M', 'X', 'b', 'e'].includes(ph) && typeof name === 'string', shown);
  assert.ok(Number.isInteger(pid) && Number.isInteger(tid), shown);
  if (ph === 'M') return;
  assert.ok(Number.isFinite(ts) && ts >= 0, shown);
  if (ph === 'X') assert.ok(Number.isFinite(dur) && Number(dur) >= 0, shown);
  // Async events find each other by both, and have no length of their own.
  else
    assert.ok(typeof id === 'string' && id !== '' && typeof cat === 'string' && cat !== '' && dur === undefined, shown);
}

function checkTrace({ traceEvents }: { readonly traceEvents: readonly TraceEvent[] }): void {
  const open = new Map<string, string[]>();
  const until = new Map<number, number>();
  let last = 0;
  traceEvents.forEach(checkFields);
  for (const { ph, name, ts, dur = 0, tid, id = '' } of traceEvents) {
    if (ph === 'M') continue;
    assert.ok(ts >= last, 'not in order of time');
    last = ts;
    if (ph === 'X') {
      assert.ok(ts >= (until.get(tid) ?? 0) - 0.01, `${name} overlaps another on row ${tid}`);
      until.set(tid, ts + dur);
    } else if (ph === 'b') open.set(id, [...(open.get(id) ?? []), name]);
    else if (ph === 'e') assert.equal(open.get(id)?.pop(), name, `an end without its begin on ${id}`);
  }
  assert.ok([...open.values()].every((names) => names.length === 0));
  const names = new Set(traceEvents.map(({ name }) => name));
  for (const name of ['GET /report', 'GET /stock', 'http.first-byte', 'thread_name'])
    assert.ok(names.has(name), `${name}: ${[...names].join(', ')}`);
}
