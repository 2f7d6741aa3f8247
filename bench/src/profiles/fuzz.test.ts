import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzzProfiles } from './fuzz.ts';

/** A slice of `npm run bench:profile-fuzz`: a second or two. */
const INPUTS = 1_500;

it('refuses or reads damaged profiles, and nothing else', () => {
  const { failures, outcomes } = fuzzProfiles(1, INPUTS);
  assert.deepEqual(failures, []);
  // Half of them are damaged where it shows; were it all of them, or none, the mutations would be at fault.
  assert.ok((outcomes.read ?? 0) > INPUTS / 20);
  assert.ok((outcomes.HOLDUP_PROFILE_BROKEN ?? 0) > INPUTS / 10);
});
