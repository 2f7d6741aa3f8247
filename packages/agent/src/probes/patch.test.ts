import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alike, patchFunction } from './patch.ts';

type AnyFunction = (...args: never[]) => unknown;

const through = (original: AnyFunction): AnyFunction =>
  function (this: unknown, ...args: never[]): unknown {
    return original.apply(this, args);
  };

class Pool {
  acquire(_priority: number): string {
    return `${Object.keys(this).length}`;
  }
  async run(task: unknown): Promise<unknown> {
    return task;
  }
}

describe('what stands in the place of a function', () => {
  it('is no constructor where that is a method, and an async function to whoever asks its class', () => {
    const { acquire, run } = Pool.prototype;
    const undo = [patchFunction(Pool.prototype, 'acquire', through), patchFunction(Pool.prototype, 'run', through)];
    const { acquire: wrapped, run: wrappedRun } = Pool.prototype;
    assert.notEqual(wrapped, acquire);
    assert.equal(Object.hasOwn(wrapped, 'prototype'), false);
    assert.deepEqual([wrapped.name, wrapped.length], ['acquire', 1]);
    assert.throws(() => Reflect.construct(wrapped as never, []), /is not a constructor/);
    assert.equal(Object.prototype.toString.call(wrappedRun), '[object AsyncFunction]');
    assert.equal(new Pool().acquire(1), '0');
    for (const step of undo) step();
    assert.deepEqual([Pool.prototype.acquire, Pool.prototype.run], [acquire, run]);
  });

  it('is never asked for a method that was taken off its object', async () => {
    let asked = 0;
    const undo = patchFunction(Pool.prototype, 'acquire', (original) => {
      return function (this: unknown, ...args: never[]): unknown {
        asked++;
        return original.apply(this, args);
      };
    });
    const { acquire } = Pool.prototype;
    assert.throws(() => acquire.call(undefined as never, 1), /Cannot convert undefined/);
    assert.equal(asked, 0);
    undo();
  });

  it('is its own constructor, and its own default export', () => {
    function limit(): number {
      return 1;
    }
    limit.default = limit;
    const wrapped = alike(through(limit), limit) as typeof limit;
    assert.equal(wrapped.prototype.constructor, wrapped);
    assert.equal(limit.prototype.constructor, limit);
    assert.equal(wrapped.default, wrapped);
  });

  it('keeps what its own was given for a prototype', () => {
    function Emitter(): void {}
    Emitter.prototype = { on() {} };
    assert.equal((alike(through(Emitter), Emitter) as typeof Emitter).prototype, Emitter.prototype);
  });
});
