import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import fs from 'node:fs';
import * as named from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { seeCall, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { seeSurface } from '../see/surface.ts';

const storage = new AsyncLocalStorage<string>();

function folderOf(stage: Stage): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'transparency-'));
  stage.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** What a callback is given, with its `this` and the program's own context. */
function called(see: See, name: string, start: (callback: (...args: unknown[]) => void) => unknown): Promise<void> {
  return storage.run(
    'mine',
    () =>
      new Promise((resolve) => {
        const returned = start(function (this: unknown, ...args) {
          see(
            name,
            args.map(short),
            this === undefined ? 'no this' : Object(this).constructor?.name,
            storage.getStore(),
          );
          resolve();
        });
        see(name, 'returned', typeof returned);
      }),
  );
}

function short(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `${value.length} bytes`;
  return value instanceof Error
    ? `${value.name} ${String(Reflect.get(value, 'code'))}`
    : Object(value) === value
      ? value?.constructor.name
      : value;
}

export const behaviours: Behaviours = {
  async 'fs/promises'(stage) {
    const { see } = stage;
    const folder = folderOf(stage);
    const file = path.join(folder, 'a');
    const { promises } = fs;
    see(promises === (await import('node:fs/promises')).default, named.readFile === promises.readFile);
    await seeSettled(see, 'write', promises.writeFile(file, 'text'));
    await seeSettled(see, 'append', promises.appendFile(file, ' more'));
    await seeSettled(see, 'read', named.readFile(file, 'utf8'));
    const missing = 'no such file';
    for (const name of ['readFile', 'stat', 'open', 'readdir', 'unlink', 'access', 'rm', 'readlink'] as const)
      await seeSettled(see, name, promises[name](missing));
    for (const name of ['readFile', 'stat', 'open', 'mkdir', 'rename'] as const)
      await seeSettled(see, name, (promises[name] as (...args: unknown[]) => Promise<unknown>)());
    await seeSettled(see, 'aborted', promises.readFile(file, { signal: AbortSignal.abort() }));
    const handle = await promises.open(file);
    see(await handle.readFile('utf8'), (await handle.stat()).size, handle.constructor.name);
    await handle.close();
    see(
      (await promises.readdir(folder)).join(),
      (await promises.stat(file)).isFile(),
      (await promises.realpath('.')) === process.cwd(),
    );
    await seeOrder(see, {
      first: promises.readFile(missing),
      second: promises.stat('.').then(() => promises.stat('.')),
    });
    see(
      promises.readFile(file).constructor.name,
      await storage.run('mine', () => promises.stat('.').then(() => storage.getStore())),
    );
    void promises.readFile('nobody catches it');
    await promises.stat('.');
  },
  async 'fs, crypto and zlib with callbacks'(stage) {
    const { see } = stage;
    const file = path.join(folderOf(stage), 'a');
    await called(see, 'writeFile', (done) => fs.writeFile(file, 'text', done));
    await called(see, 'readFile', (done) => fs.readFile(file, done));
    await called(see, 'stat', (done) => fs.stat(file, done));
    await called(see, 'missing', (done) => fs.readFile('no such file', done));
    await called(see, 'open', (done) => fs.open('no such file', done));
    await called(see, 'exists', (done) => fs.exists(file, done));
    await called(see, 'realpath', (done) => fs.realpath.native('.', done));
    await called(see, 'pbkdf2', (done) => crypto.pbkdf2('a', 'b', 1, 8, 'sha1', done));
    await called(see, 'scrypt', (done) => crypto.scrypt('a', 'b', 8, done));
    await called(see, 'randomBytes', (done) => crypto.randomBytes(4, done));
    await called(see, 'randomInt', (done) => crypto.randomInt(1, 2, done));
    await called(see, 'generateKeyPair', (done) => crypto.generateKeyPair('ed25519', {}, done));
    await called(see, 'gzip', (done) => zlib.gzip('text', done));
    await called(see, 'gunzip', (done) => zlib.gunzip('no gzip', done));
    see(crypto.randomBytes(4).length, typeof crypto.randomFill);
    for (const [name, fn] of Object.entries({
      stat: fs.stat,
      readFile: fs.readFile,
      pbkdf2: crypto.pbkdf2,
      gzip: zlib.gzip,
    }))
      seeCall(see, `${name} without anything`, fn as () => unknown);
    seeCall(see, 'no callback', () => fs.stat(file, undefined as never));
    seeCall(see, 'bad digest', () => crypto.pbkdf2('a', 'b', 1, 8, 'none', () => {}));
    see(await promisify(fs.stat)(file).then((stat) => stat.size), await promisify(fs.exists)(file));
    await seeSettled(see, 'promisified', promisify(crypto.generateKeyPair)('x' as never, {}));
    see(
      await promisify(fs.read)(fs.openSync(file, 'r'), Buffer.alloc(4), 0, 4, 0),
      await promisify(zlib.gzip)('x').then(short),
    );
    fs.stat(file, () => {
      throw new Error('in a callback');
    });
    await pauseTurns();
  },
  'what can be looked up'({ see }) {
    seeSurface(see, 'fs', fs);
    seeSurface(see, 'fs/promises', fs.promises);
    seeSurface(see, 'zlib', { ...zlib });
    seeSurface(see, 'crypto', crypto);
  },
};

const pauseTurns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
