import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attach, attached } from './stamp.ts';

describe('what is attached to an object of the host', () => {
  it('is not seen on it, and stays on a frozen one and on a function', () => {
    const objects = [{}, Object.freeze({ a: 1 }), () => {}, new Proxy({}, {})];
    for (const object of objects) {
      const keys = Reflect.ownKeys(object);
      attach(object, 'record');
      assert.equal(attached(object), 'record');
      assert.deepEqual(Reflect.ownKeys(object), keys);
    }
  });

  it('is nothing on what is no object: libraries are handed anything', () => {
    for (const value of [undefined, null, 1, 'text', Symbol.iterator]) {
      attach(value as never, 'record');
      assert.equal(attached(value as never), undefined);
    }
  });
});
