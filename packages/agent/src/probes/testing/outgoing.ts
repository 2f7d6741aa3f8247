import assert from 'node:assert/strict';
import { outgoingProbe } from '../outgoing/outgoing.ts';
import { TestKit } from './kit.ts';

/** The part of a `node:test` context these fixtures use. */
export interface TestScope {
  after(done: () => unknown): void;
}

/** A kit with the outgoing probe in it for the length of a test, which must not make the agent fail. */
export function outgoingKit(test: TestScope): TestKit {
  const kit = new TestKit();
  kit.install((done) => test.after(done), outgoingProbe);
  test.after(() => assert.deepEqual(kit.failures, []));
  return kit;
}
