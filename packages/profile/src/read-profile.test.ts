import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readProfile } from './read-profile.ts';
import { fixture, mustRead } from './testing/fixtures.ts';

const read = (bytes: Uint8Array) => readProfile(bytes, gunzipSync);

describe('readProfile', () => {
  it('takes any format compressed or not', () => {
    for (const name of ['go/cpu.pb.gz', 'speedscope/simple.prof', 'speedscope/chrome-65-simple.cpuprofile']) {
      const bytes = fixture(name);
      const plain = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      assert.deepEqual(mustRead(plain), mustRead(gzipSync(plain)), name);
    }
  });

  it('does not know what is no profile, nor a gzip in a gzip', () => {
    const strangers = [
      '',
      '{}',
      '{"traceEvents":[]}',
      '<html></html>',
      '\x7fELF\x02\x01\x01',
      'PK\x03\x04',
      '{"samples":1}',
    ];
    for (const text of strangers) assert.equal(read(Buffer.from(text, 'latin1')), undefined, JSON.stringify(text));
    assert.equal(read(gzipSync(fixture('go/cpu.pb.gz'))), undefined);
  });

  it('says of a gzip that it is cut off or damaged', () => {
    const bytes = fixture('go/cpu.pb.gz');
    const code = 'HOLDUP_PROFILE_BROKEN';
    assert.throws(() => read(bytes.subarray(0, 200)), { code, message: /broken gzip file: unexpected end of file/ });
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 1;
    assert.throws(() => read(damaged), { code, message: /incorrect data check/ });
  });

  it('reads a gzip of several parts, whose end tells the length of the last only', () => {
    const lines = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `main;work;f${i % 7} ${i}\n`).join(''));
    const parts = [lines.subarray(0, 200_000), lines.subarray(200_000, 200_003), lines.subarray(200_003)];
    assert.deepEqual(read(Buffer.concat(parts.map((part) => gzipSync(part)))), read(lines));
  });

  it('refuses a bomb at the limit it hands to gunzip', () => {
    const bomb = (_: Uint8Array, { maxOutputLength }: { maxOutputLength: number }): Uint8Array => {
      return gunzipSync(gzipSync(Buffer.alloc(5000)), { maxOutputLength: Math.min(4000, maxOutputLength) });
    };
    assert.throws(() => readProfile(gzipSync('x'), bomb), {
      code: 'HOLDUP_PROFILE_TOO_LARGE',
      message: /more than 536870912 bytes once decompressed/,
    });
  });

  it('refuses more than memory is for, before it takes it', () => {
    const code = 'HOLDUP_PROFILE_TOO_LARGE';
    const types = Buffer.alloc(600, Buffer.from([0x0a, 0]));
    assert.throws(() => read(types), { code, message: /more than 256 sample types/ });
    const containers = Buffer.from(`{"nodes":[${'[],'.repeat(2 ** 23)}[]]}`);
    assert.throws(() => read(containers), { code, message: /more than 8388608 JSON objects and arrays/ });
  });
});
