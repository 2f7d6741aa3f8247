import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readProfile } from '@holdup/profile';
import { topFunctions } from './top-functions.ts';

it('counts a function that calls itself once', () => {
  const profile = readProfile(Buffer.from('main;f;g;f 5\nmain;f 1\nmain;g;f 2\n'), gunzipSync);
  assert.ok(profile);
  const { rows } = topFunctions(profile, { title: 'recursive' });
  assert.deepEqual(
    rows.map(({ name, self, total }) => [name, self, total]),
    [
      ['f', 8, 8],
      ['main', 0, 8],
      ['g', 0, 7],
    ],
  );
});
