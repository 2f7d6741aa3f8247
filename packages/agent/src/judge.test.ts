import assert from 'node:assert/strict';
import { it } from 'node:test';
import { configFromEnv } from './config.ts';
import type { Escalation } from './escalation/escalation.ts';
import { Judge } from './judge.ts';
import { Flight } from './recorder/flight.ts';

it('looks closer for requests past their deadline and callers that waited, not for callers that changed their mind', () => {
  const flight = new Flight();
  const looked: number[] = [];
  const closer: Partial<Escalation> = { late: (time) => void looked.push(time) };
  const config = configFromEnv({ HOLDUP_BUDGET: '1s' }, assert.fail);
  const judge = new Judge(
    flight,
    config,
    () => {},
    () => {},
    closer as Escalation,
  );
  const end = (tookMs: number, cancelled: boolean) => {
    const request = flight.begin('http', 'GET', '/', 0);
    request.deadlineAt = 1_000;
    if (cancelled) request.cancelledAt = tookMs;
    flight.finish(request, tookMs);
    judge.finished(request);
    assert.equal(request.late, cancelled || tookMs > 1_000);
  };
  end(4, true);
  end(4, false);
  assert.deepEqual(looked, []);
  end(400, true);
  end(1_001, false);
  assert.deepEqual(looked, [400, 1_001]);
});
