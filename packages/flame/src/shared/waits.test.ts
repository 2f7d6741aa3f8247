import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainFrame } from './waits.ts';

describe('explainFrame', () => {
  it('says why a goroutine is parked and which caller really waits', () => {
    const stack = [
      'runtime.gopark',
      'runtime.goparkunlock',
      'runtime.semacquire1',
      'internal/sync.runtime_SemacquireMutex',
      'internal/sync.(*Mutex).lockSlow',
      'internal/sync.(*Mutex).Lock',
      'sync.(*Mutex).Lock',
      'main.(*Store).Get',
      'net/http.HandlerFunc.ServeHTTP',
    ];
    const found = explainFrame(stack);
    assert.equal(
      found?.text,
      'The goroutine is parked, it uses no processor: it waits for a sync.Mutex somebody else holds.',
    );
    assert.equal(found.waiter, 7);
  });

  it('names a caller within the standard library when the stack has no other', () => {
    const found = explainFrame([
      'runtime.gopark',
      'runtime.selectgo',
      'net/http.(*persistConn).writeLoop',
      'runtime.goexit',
    ]);
    assert.equal(found?.brief, 'waits in a select: none of its channels is ready');
    assert.equal(found.waiter, 2);
  });

  it('does not guess a reason it does not see', () => {
    const found = explainFrame(['runtime.gopark', 'runtime.somethingNew', 'main.work']);
    assert.equal(found?.brief, 'the stack does not say for what');
    assert.equal(found.waiter, 2);
  });

  it('leaves the runtime’s own workers without a waiter', () => {
    const found = explainFrame(['runtime.gopark', 'runtime.gcBgMarkWorker']);
    assert.equal(found?.waiter, undefined);
    assert.match(found?.text ?? '', /collector’s own workers/);
  });

  it('explains what V8 says beside functions', () => {
    for (const name of ['(idle)', '(program)', '(garbage collector)']) assert.ok(explainFrame([name])?.text);
  });

  it('has nothing to say of ordinary code', () => {
    assert.equal(explainFrame(['main.work', 'runtime.gopark']), undefined);
    assert.equal(explainFrame([]), undefined);
  });
});
