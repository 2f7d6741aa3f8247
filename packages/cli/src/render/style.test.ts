import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { terminalOptions } from './style.ts';

const terminal = { isTTY: true, columns: 120 };
const utf8 = { LANG: 'de_DE.UTF-8', TERM: 'xterm' };

describe('terminalOptions', () => {
  it('takes the terminal as it is', () => {
    assert.deepEqual(terminalOptions(terminal, utf8), { width: 120, color: true, unicode: true });
  });

  it('uses no colour in pipes, on dumb terminals, or when told not to', () => {
    assert.deepEqual(terminalOptions({}, utf8), { width: 80, color: false, unicode: true });
    assert.equal(terminalOptions(terminal, { ...utf8, TERM: 'dumb' }).color, false);
    assert.equal(terminalOptions(terminal, { ...utf8, NO_COLOR: '1' }).color, false);
    assert.equal(terminalOptions(terminal, { ...utf8, NO_COLOR: '' }).color, true);
    assert.equal(terminalOptions(terminal, { ...utf8, FORCE_COLOR: '0' }).color, false);
    assert.equal(terminalOptions({}, { ...utf8, FORCE_COLOR: '1' }).color, true);
    assert.equal(terminalOptions({}, { ...utf8, FORCE_COLOR: '1', NO_COLOR: '1' }).color, false);
  });

  it('uses ASCII unless the locale says UTF-8', () => {
    assert.equal(terminalOptions(terminal, { LANG: 'C' }).unicode, false);
    assert.equal(terminalOptions(terminal, {}).unicode, false);
    assert.equal(terminalOptions(terminal, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }).unicode, false);
    assert.equal(terminalOptions(terminal, { LC_CTYPE: 'en_US.utf8' }).unicode, true);
  });
});
