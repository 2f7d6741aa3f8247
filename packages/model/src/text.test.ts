import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findAny, hasSome, isDigit, isMadeOf, isWord, withoutBrackets, withoutPort } from './text.ts';

describe('text without regular expressions', () => {
  it('knows what a text is made of', () => {
    assert.equal(isMadeOf('0123', isDigit), true);
    assert.equal(isMadeOf('01a3', isDigit), false);
    assert.equal(isMadeOf('', isDigit), true);
    assert.equal(hasSome('ab-9', isDigit), true);
    assert.equal(isMadeOf('aZ_9', isWord), true);
    assert.equal(isMadeOf('é', isWord), false);
  });

  it('finds the first of several characters', () => {
    assert.equal(findAny('/a?b#c', '?#'), 2);
    assert.equal(findAny('/a', '?#'), 2);
    assert.equal(findAny('?a?', '?', 1), 2);
  });

  for (const [host, bare] of [
    ['api.example:443', 'api.example'],
    ['api.example', 'api.example'],
    ['api.example:', 'api.example:'],
    ['[::1]:80', '::1'],
    ['[::1]', '::1'],
    ['/var/run/db.sock', '/var/run/db.sock'],
  ] as const) {
    it(`takes the port off ${host}`, () => assert.equal(withoutBrackets(withoutPort(host)), bare));
  }
});
