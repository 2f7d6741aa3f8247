import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPolicy, parsePolicy } from './policy.ts';
import { chainOf } from './testing/chain-of.ts';

describe('a policy', () => {
  it('bounds and requires by role and kind; what is unknown gets no verdict', async () => {
    const { hops } = await chainOf({
      'app.js':
        "import axios from 'axios';\nimport { Pool } from 'pg';\nconst a = axios.create({ timeout: 5000 });\nconst b = axios.create({ timeout: limit });\nconst pool = new Pool({ statement_timeout: 100 });\n",
    });
    const policy = parsePolicy(
      'policy.yaml',
      'max: { client.request: 2s }\nmin: { statement: 1s }\nrequire: [pool.acquire, pool.statement]\n',
    );
    assert.deepEqual(
      checkPolicy(policy, hops).map(({ message, place }) => `${place.line}: ${message}`),
      [
        '3: axios a: timeout is 5 s; the policy says client.request at most 2 s',
        '5: pg pool: statement_timeout is 100 ms; the policy says statement at least 1 s',
        '5: pg pool has no limit for acquire; the policy requires pool.acquire',
      ],
    );
  });

  it('names the line of what it does not understand', () => {
    assert.throws(
      () => parsePolicy('p.yaml', 'max:\n  client.reqest: 2s\n'),
      /p\.yaml:2:3: "reqest" is no kind of timeout; one of request,/,
    );
    assert.throws(() => parsePolicy('p.yaml', 'maximum: {}\n'), /p\.yaml:1:1: "maximum" is none of max, min, require/);
    assert.throws(() => parsePolicy('p.yaml', 'max: { client.request: soon }\n'), /not a duration, as in 2s/);
    assert.throws(
      () => parsePolicy('p.yaml', 'max: { lock: 1s }\nrequire: pool.acquire\n'),
      /p\.yaml:2:10: require is a list/,
    );
    assert.throws(() => parsePolicy('p.yaml', 'min:\n  - pool.acquire\n'), /p\.yaml:2:3: min is a map/);
    assert.throws(() => parsePolicy('p.yaml', 'require:\n  - pooler.aquire\n'), /p\.yaml:2:5: "aquire" is no kind/);
    assert.deepEqual(parsePolicy('p.yaml', 'max:\n').max, []);
    assert.throws(() => parsePolicy('p.yaml', 'max: [\n'), /p\.yaml:\d+:\d+: not readable as YAML/);
  });
});
