import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { ProfileSlice } from '@holdup/model';
import { readProfile } from '@holdup/profile';
import { type HostRun, runHeld, type SinkVerdict } from './testing/host.ts';

/** Longer than a window and the scan after it. */
const WAIT_MS = 25_000;

function verdictsOf(run: Pick<HostRun, 'sink'>): SinkVerdict[] {
  return run.sink.flatMap((line) => (line.holdup === 'verdict' ? [line] : []));
}

/** A service whose requests are late, until `enough` or {@link WAIT_MS}. */
function runLate(
  env: Readonly<Record<string, string>>,
  enough: (verdicts: readonly SinkVerdict[]) => boolean,
): Promise<HostRun> {
  return runHeld('profiled.mjs', {
    args: ['busy'],
    agentEnv: { HOLDUP_DEBUG_ADDR: 'off', HOLDUP_BUDGET: '20ms', ...env },
    during: async (host) => {
      const until = performance.now() + WAIT_MS;
      while (performance.now() < until && !enough(verdictsOf({ sink: host.sink() }))) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      host.child.stdin.write('end\n');
      await once(host.child, 'exit');
    },
  });
}

function textOf(stacks: readonly { readonly stack: readonly string[] }[]): string {
  return stacks.map(({ stack }) => stack.join(' < ')).join('\n');
}

/** Everything that was attached, over all verdicts of a route. */
function slicesOf(run: HostRun, route: string): ProfileSlice[] {
  return verdictsOf(run).flatMap((verdict) => (verdict.route === route && verdict.profile ? [verdict.profile] : []));
}

describe('requests that turn late', () => {
  it('are looked at closer: what ran and where they waited is in the verdict', async () => {
    const run = await runLate(
      {},
      (verdicts) => verdicts.filter(({ profile }) => profile && profile.cpu.length > 0).length > 12,
    );
    assert.equal(run.code, 0, run.stderr);
    const slices = slicesOf(run, 'GET /stock');
    assert.ok(slices.length > 0, 'no verdict has a profile');
    for (const { fromMs, toMs } of slices) assert.ok(fromMs >= 0 && toMs > fromMs);
    const waits = slices.flatMap((slice) => slice.waits);
    assert.match(textOf(waits), /reserveStock \(.*profiled\.mjs:\d+\)/);
    assert.ok(
      waits.some(({ account }) => account === 'lock.queue'),
      JSON.stringify(waits),
    );
    const cpu = verdictsOf(run).flatMap(({ profile }) => profile?.cpu ?? []);
    const report = cpu.filter(({ stack }) => stack.some((frame) => frame.startsWith('makeReport (')));
    assert.ok(report.length > 0, textOf(cpu));
    const right = report.filter(({ route }) => route === 'GET /report').length;
    const wrong = report.filter(({ route }) => route !== undefined && route !== 'GET /report').length;
    assert.ok(right > 0 && wrong <= 0.1 * right, JSON.stringify(report));
  });

  it('are written as a pprof file when a folder is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdup-profiles-'));
    try {
      const run = await runLate({ HOLDUP_PROFILE_DIR: folder }, () => readdirSync(folder).length > 0);
      assert.equal(run.code, 0, run.stderr);
      const [file = ''] = readdirSync(folder);
      assert.match(file, /^holdup-\d+-\d{4}-\d\d-\d\dT\d+\.\d+Z\.pb\.gz$/);
      const profile = readProfile(readFileSync(join(folder, file)), (packed) => gunzipSync(packed));
      const names = new Set(profile?.frames.map(({ name }) => name));
      assert.ok(names.has('makeReport') && names.has('(waiting: lock.queue)'), [...names].join());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are not when that is turned off', async () => {
    const run = await runLate({ HOLDUP_ESCALATE: 'off' }, (verdicts) => verdicts.length > 12);
    assert.ok(verdictsOf(run).every(({ profile }) => profile === undefined));
  });
});
