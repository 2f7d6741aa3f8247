import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownWords } from './own-words.ts';

const WITHHELD = '(the message may hold data)';

describe('ownWords', () => {
  for (const message of [
    'canceling statement due to lock timeout',
    'canceling statement due to user request',
    'timeout exceeded when trying to connect',
    'Connection terminated',
    'Connection terminated unexpectedly',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'getaddrinfo ENOTFOUND api.example',
    'queryA ETIMEOUT api.example',
    'read ECONNRESET',
    'Headers Timeout Error',
    'Connect Timeout Error (attempted address: api.example:443, timeout: 10000ms)',
  ]) {
    it(`keeps ${message}`, () => assert.equal(ownWords(message), message));
  }

  it('drops what is quoted', () => {
    assert.equal(ownWords('could not obtain lock on relation "customers"'), 'could not obtain lock on relation ?');
    assert.equal(ownWords("could not obtain lock on row 'a' or \"b"), 'could not obtain lock on row ? or "b');
  });

  for (const message of [
    'invalid input syntax for type integer: "anna@example.com"',
    'canceling statement due to anna@example.com',
    'connect to anna@example.com',
    'queryfor ann',
    'read E',
    'read ECONNRESET_ann',
    'deadlock detected\nannna',
    '',
    undefined,
    42,
  ]) {
    it(`withholds ${String(message)}`, () => assert.equal(ownWords(message), WITHHELD));
  }
});
