import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Block, OpenBlock } from './block.ts';
import type { HostEvent } from './testing/host.ts';
import { type HostRun, runHost } from './testing/run-host.ts';
import { BEAT_MS } from './timing.ts';

/** What a busy machine may add to any duration; on a quiet one it is 3 ms. */
const NOISE_MS = 500;

/** Hosts mostly sleep, but they must not starve each other of the two cores of a small machine. */
const CONCURRENCY = { concurrency: 2 };

function blocksOf(run: HostRun): Block<string>[] {
  return run.events.flatMap((event) => (event.event === 'block' ? [event.block] : []));
}

/** The one block of the scenario itself; start-up may have had its own. */
function blockOf(run: HostRun, holder: string): Block<string> {
  const block = blocksOf(run).find((candidate) => candidate.holder === holder);
  assert.ok(block, `no block of ${holder}: ${JSON.stringify(run)}`);
  return block;
}

/** Whatever its holder. */
function blockAfterSpinning(run: HostRun): Block<string> | undefined {
  const spinning = Number(noteOf(run.events, 'spinning'));
  return blocksOf(run).find((block) => block.endMs > spinning);
}

function noteOf(events: readonly HostEvent[], name: string): unknown {
  const note = events.find((event) => event.event === 'note' && event.name === name);
  return note?.event === 'note' ? note.value : undefined;
}

function functionsOf(block: Partial<Pick<Block<string>, 'stack'>>): string[] {
  return (block.stack ?? []).map((frame) => frame.function);
}

function assertCleanEnd(run: HostRun, code = 0): void {
  assert.equal(run.stderr, '');
  assert.equal(run.code, code);
}

describe('a blocked loop', CONCURRENCY, () => {
  const blockedBy = {
    'after-await': 'spinUntilSampled',
    continuation: 'spinUntilSampled',
    timer: 'spinUntilSampled',
    listener: 'spinUntilSampled',
    regex: 'matchSlowly',
    json: 'copyByJson',
    'other-realm': 'spinUntilSampled',
  };
  for (const [scenario, culprit] of Object.entries(blockedBy)) {
    it(`gives stack and holder: ${scenario}`, async () => {
      const run = await runHost(scenario);
      assertCleanEnd(run);
      const block = blockOf(run, scenario);
      assert.ok(functionsOf(block).includes(culprit), JSON.stringify(block.stack));
    });
  }

  it('survives being sampled in an Atomics.wait of the host', async () => {
    const run = await runHost('atomics-wait');
    assertCleanEnd(run);
    assert.equal(noteOf(run.events, 'waited'), true);
    assert.ok(blocksOf(run).length >= 3);
  });

  it('is reported with its start and end, source lines and paths', async () => {
    const { events, ...rest } = await runHost('after-await');
    const block = blockOf({ events, ...rest }, 'after-await');
    const [began, spun] = [Number(noteOf(events, 'spinning')), Number(noteOf(events, 'spun'))];
    assert.ok(
      block.startMs > began - BEAT_MS - NOISE_MS && block.startMs < began + 1,
      `start ${block.startMs - began} ms off`,
    );
    assert.ok(block.endMs >= spun && block.endMs < spun + NOISE_MS, `end ${block.endMs - spun} ms late`);
    const frame = block.stack?.find((candidate) => candidate.function === 'spinUntilSampled');
    assert.match(frame?.file ?? '', /^[/A-Z].*testing.host\.js$/);
    assert.ok(frame && frame.line > 1);
  });

  it('is sampled as the native call returns when nothing can interrupt it', async () => {
    const run = await runHost('native');
    assertCleanEnd(run);
    const block = blockOf(run, 'native');
    const sample = block.samples.find((candidate) => candidate.native);
    assert.equal(sample?.current, 7);
    assert.ok(sample && functionsOf(sample).includes('hashPasswords'), JSON.stringify(block));
    assert.ok(block.endMs >= Number(noteOf(run.events, 'hashed')));
  });

  it('is never blamed on what runs after a native call', async () => {
    const run = await runHost('native-last');
    assertCleanEnd(run);
    const block = blocksOf(run).find((candidate) => candidate.current === 7);
    assert.ok(block, JSON.stringify(run));
    assert.ok(block.stack === undefined || functionsOf(block).includes('hashFor'), JSON.stringify(block.stack));
  });

  it('is reported each time', async () => {
    const run = await runHost('repeated');
    assertCleanEnd(run);
    const blocks = blocksOf(run).filter((block) => functionsOf(block).includes('spinUntilSampled'));
    assert.equal(blocks.length, 4, JSON.stringify(run));
  });

  it('is sampled again and again while it lasts', async () => {
    const blocked = (events: readonly HostEvent[]): OpenBlock<string>[] =>
      events.flatMap((event) =>
        event.event === 'blocked' && event.block.sample.holder === 'forever' ? event.block : [],
      );
    const run = await runHost('forever', { until: (events) => blocked(events).length >= 5 });
    const samples = blocked(run.events).map((block) => block.sample);
    const times = [Number(noteOf(run.events, 'began')), ...samples.map((sample) => sample.atMs)];
    for (const [index, sample] of samples.entries()) {
      assert.ok(functionsOf(sample).includes('spinFor'));
      const distance = sample.atMs - (times[index] ?? 0);
      assert.ok(distance < 1000 + NOISE_MS, `${distance} ms without a sample`);
    }
  });
});

describe('a loop that is not blocked', CONCURRENCY, () => {
  for (const scenario of ['idle', 'short']) {
    it(`yields nothing: ${scenario}`, async () => {
      const run = await runHost(scenario);
      assertCleanEnd(run);
      const stacks = blocksOf(run).filter((block) => block.holder === scenario);
      assert.deepEqual(stacks, []);
    });
  }
});

describe('the host', CONCURRENCY, () => {
  it('keeps the time limits of vm although a sample swallows them', async () => {
    const run = await runHost('vm-timeout');
    assertCleanEnd(run);
    const codes = run.events.flatMap((event) => (event.event === 'note' && event.name === 'vm' ? [event.value] : []));
    assert.ok(codes.length >= 3);
    assert.ok(
      codes.every((code) => code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'),
      JSON.stringify(codes),
    );
    assert.notEqual(noteOf(run.events, 'thoughts'), 0);
  });

  it('keeps its own stack formatter', async () => {
    const run = await runHost('own-formatter');
    assertCleanEnd(run);
    assert.equal(noteOf(run.events, 'formatter'), true);
    assert.ok(functionsOf(blockOf(run, 'own-formatter')).length > 2);
  });

  it('does not see the errors of the agent', async () => {
    const run = await runHost('throwing-hooks');
    assertCleanEnd(run);
    assert.equal(noteOf(run.events, 'survived'), true);
  });

  it('gets blocks without stacks after stop, and where inspecting is not permitted', async () => {
    const flag = Number.parseInt(process.versions.node, 10) > 20 ? '--permission' : '--experimental-permission';
    const flags = [flag, '--allow-worker', '--allow-fs-read=*', '--allow-fs-write=*', '--no-warnings'];
    const runs = await Promise.all([runHost('stopped'), runHost('unsampled', { flags })]);
    for (const run of runs) {
      assertCleanEnd(run);
      assert.deepEqual(blockAfterSpinning(run)?.samples, []);
    }
    const offs = runs.map((run) => run.events.filter((event) => event.event === 'off').length);
    assert.deepEqual(offs, [0, 1]);
  });

  it('is not watched in worker threads', async () => {
    const run = await runHost('in-worker');
    assertCleanEnd(run);
    assert.equal(noteOf(run.events, 'worker'), true);
  });

  it('is not loaded again by its own flags', async () => {
    const preload = 'data:text/javascript,import { writeSync } from "node:fs"; writeSync(2, "loaded;")';
    const run = await runHost('after-await', { flags: ['--import', preload] });
    assert.equal(run.stderr, 'loaded;');
    assert.ok(blockOf(run, 'after-await').stack);
  });

  it('is left alone while an inspector is open', async () => {
    const run = await runHost('inspector');
    assert.equal(run.code, 0);
    const holders = blocksOf(run)
      .filter((block) => block.endMs - block.startMs >= 125)
      .map((block) => block.holder);
    assert.deepEqual(holders, ['before', undefined, 'closed']);
    assert.doesNotMatch(run.stderr, /Waiting for the debugger/);
  });

  it('is left alone under --inspect', async () => {
    const run = await runHost('unsampled', { flags: ['--inspect=127.0.0.1:0'] });
    assert.equal(run.code, 0);
    assert.deepEqual(blockAfterSpinning(run)?.samples, []);
    assert.doesNotMatch(run.stderr, /Waiting for the debugger/);
  });
});

describe('the end of the process', CONCURRENCY, () => {
  it('comes at once and silently, also in the middle of a sample', async () => {
    // The first sample is taken 80 ms after the last beat: these exits lie around it.
    for (const busyMs of ['70', '79', '79.5', '80', '80.5', '81']) {
      assertCleanEnd(await runHost('exit', { args: [busyMs] }), 3);
    }
    assertCleanEnd(await runHost('exit-after-native'), 3);
    assertCleanEnd(await runHost('exit-at-once'), 3);
  });

  it('is not held up by blocking exit listeners', async () => {
    assertCleanEnd(await runHost('exit-listener'));
  });

  it('keeps code and message of an uncaught exception', async () => {
    const run = await runHost('uncaught');
    assert.equal(run.code, 1);
    assert.match(run.stderr, /TypeError: the host is broken/);
    assert.doesNotMatch(run.stderr, /Waiting for the debugger/);
  });
});
