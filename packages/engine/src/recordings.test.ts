import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { CauseId } from '@holdup/model';
import { diagnose } from './diagnose.ts';
import { packRecording, type RecordingFile, unpackRecording } from './testing/recording-file.ts';

const FOLDER = new URL('../src/testing/fixtures/recordings/', import.meta.url);

/** Cause and culprit, as the fault that was on has it. */
const EXPECTED: Readonly<Record<string, readonly [CauseId, RegExp]>> = {
  'connection-leak.json': ['db-connection-leak', /^GET \/reviews\/:id$/],
  'lock-wait.json': ['db-lock-wait', /^POST \/checkout$/],
  'loop-blocked.json': ['loop-blocked', /^isSearchText \(/],
  'loop-saturated.json': ['loop-saturated', /^GET \/catalog$/],
  'pool-exhausted.json': ['db-pool-exhausted', /^POST \/report$/],
  'pool-self-deadlock.json': ['db-pool-self-deadlock', /^GET \/orders\/:id$/],
  'query-per-row.json': ['query-per-row', /^SELECT .* FROM reviews WHERE product_id = \?$/],
  'socket-queue.json': ['client-socket-queue', /^images\.partners\.test:\d+$/],
};

describe('diagnose, on recordings of a running service', () => {
  for (const [name, [cause, culprit]] of Object.entries(EXPECTED)) {
    it(name, () => {
      const file = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as RecordingFile;
      const recording = unpackRecording(file);
      assert.deepEqual(JSON.parse(JSON.stringify(packRecording(recording, file.request))), file);
      const verdict = diagnose(recording, file.request);
      assert.deepEqual(verdict.failed, []);
      assert.equal(verdict.cause, cause);
      assert.match(verdict.top?.culprit.name ?? '', culprit);
    });
  }
});
