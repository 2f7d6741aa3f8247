import assert from 'node:assert/strict';
import inspector from 'node:inspector';
import { describe, it } from 'node:test';
import { type MainThread, takeWindow } from './take.ts';

/** `console.profile` of V8's own console; missing in Node's types. */
const v8Console = inspector.console as unknown as Record<'profile' | 'profileEnd', (title: string) => void>;

describe('a profile', () => {
  it('can be taken while the closer look cuts one of its own', async (test) => {
    const session = new inspector.Session();
    session.connect();
    test.after(() => session.disconnect());
    const main: MainThread = {
      post: (method, params) =>
        new Promise((resolve, reject) => {
          session.post(method, params, (error, result) => (error === null ? resolve(result) : reject(error)));
          if (method === 'Profiler.enable') v8Console.profile('closer look');
        }),
      evaluate: () => Promise.reject(new Error('the profiler runs')),
      evaluateAtLast: () => Promise.resolve(),
    };
    test.after(() => v8Console.profileEnd('closer look'));
    await assert.rejects(takeWindow(main, { ms: 10, cpu: true, sleep: async () => {} }), /the profiler runs/);
  });
});
