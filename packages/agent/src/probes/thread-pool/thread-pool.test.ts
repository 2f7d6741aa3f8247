import assert from 'node:assert/strict';
import crypto, { pbkdf2 } from 'node:crypto';
import fs, { readFile as namedReadFile, stat as namedStat } from 'node:fs';
import { readFile as namedPromise } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { TestKit } from '../testing/kit.ts';
import { threadPoolProbe } from './thread-pool.ts';

const HERE = fileURLToPath(import.meta.url);

function poolKit(t: TestContext): TestKit {
  const kit = new TestKit();
  kit.install((done) => t.after(done), threadPoolProbe);
  t.after(() => assert.deepEqual(kit.failures, []));
  return kit;
}

describe('the thread pool', () => {
  it('sees files, crypto and zlib, by callback, promise, promisify and named import', async (t) => {
    const kit = poolKit(t);
    const recorded = await kit.record(async () => {
      await promisify(namedReadFile)(HERE);
      await namedPromise(HERE, 'utf8');
      await fs.promises.stat(HERE);
      await promisify(pbkdf2)('secret', 'salt', 10, 16, 'sha256');
      await promisify(zlib.gzip)('text');
    });
    const ops = recorded.opsOf('threadpool');
    assert.deepEqual(
      ops.map(({ name, end }) => [name, end !== undefined]),
      ['fs.readFile', 'fs.readFile', 'fs.stat', 'crypto.pbkdf2', 'zlib.gzip'].map((name) => [name, true]),
    );
    const { poolJobs = [], poolThreads } = recorded.recording;
    assert.deepEqual(
      poolJobs.map(({ id, holder }) => [id, holder?.requestId]),
      ops.map(({ detail }) => [detail.job, recorded.request.id]),
    );
    assert.equal(poolThreads, 4);
  });

  it('records jobs outside requests for the process alone', async (t) => {
    const kit = poolKit(t);
    const recorded = await kit.record(async () => {
      await kit.context.run(undefined, () => fs.promises.stat(HERE));
    });
    assert.deepEqual(recorded.ops, []);
    assert.deepEqual(
      recorded.recording.poolJobs?.map(({ call, holder }) => [call, holder?.route]),
      [['fs.stat', 'background']],
    );
  });

  it('leaves synchronous calls, errors and what is thrown as they are', async (t) => {
    const kit = poolKit(t);
    const recorded = await kit.record(async () => {
      assert.equal(crypto.randomBytes(8).length, 8);
      assert.throws(() => Reflect.apply(fs.stat, fs, [HERE]), { code: 'ERR_INVALID_ARG_TYPE' });
      assert.throws(() => namedStat(7 as never, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
      await assert.rejects(fs.promises.stat(`${HERE}/none`), { code: 'ENOTDIR', syscall: 'stat' });
    });
    assert.ok(recorded.opsOf('threadpool').every(({ end, failure }) => end !== undefined && failure !== undefined));
    assert.equal(
      recorded.recording.poolJobs?.every(({ end }) => end !== undefined),
      true,
    );
  });

  it("keeps the host's frames in the stack of a rejection, where Node has them", async (t) => {
    async function readConfiguration(): Promise<unknown> {
      return await fs.promises.readFile(`${HERE}/none`);
    }
    const hasFrame = async () => {
      const error = await readConfiguration().catch((reason: unknown) => reason);
      return error instanceof Error && /readConfiguration/.test(error.stack ?? '');
    };
    const plain = await hasFrame();
    poolKit(t);
    assert.equal(await hasFrame(), plain);
  });

  it('tells who had the four threads while a file waited', async (t) => {
    const kit = poolKit(t);
    const hash = () => promisify(pbkdf2)('secret', 'salt', 200_000, 64, 'sha512');
    const recorded = await kit.record(async () => {
      await Promise.all([hash(), hash(), hash(), hash(), fs.promises.stat(HERE)]);
    });
    const file = recorded.opsOf('threadpool').find(({ name }) => name === 'fs.stat');
    const firstHash = Math.min(
      ...recorded.opsOf('threadpool').flatMap(({ name, end }) => (name === 'fs.stat' ? [] : [end ?? 0])),
    );
    assert.ok(file?.end !== undefined && file.end >= firstHash, 'it came after the first hash');
  });

  it('puts every function back', (t) => {
    const before = [fs.stat, fs.promises.stat, crypto.pbkdf2, zlib.gzip, namedStat];
    const kit = new TestKit();
    threadPoolProbe.install(kit)();
    t.diagnostic('uninstalled');
    assert.deepEqual([fs.stat, fs.promises.stat, crypto.pbkdf2, zlib.gzip, namedStat], before);
  });
});
