import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configFromEnv } from '../config.ts';
import { readDebugAddress } from './address.ts';

const TOKEN = 'a-token-of-some-length';

function read(text: string | undefined, token?: string): [string, ...string[]] {
  const complaints: string[] = [];
  const address = readDebugAddress(text, token, (line) => complaints.push(line));
  return [address === undefined ? 'off' : `${address.host} ${address.port}`, ...complaints];
}

describe('HOLDUP_DEBUG_ADDR', () => {
  const served: Record<string, string> = {
    off: 'off',
    '': '127.0.0.1 6060',
    '7070': '127.0.0.1 7070',
    ':7070': '127.0.0.1 7070',
    'localhost:0': 'localhost 0',
    '[::1]:7070': '::1 7070',
    '127.1.2.3:7070': '127.1.2.3 7070',
  };
  for (const [text, address] of Object.entries(served))
    it(text || 'empty', () => assert.deepEqual(read(text), [address]));
  it('absent', () => assert.deepEqual(read(undefined), ['127.0.0.1 6060']));

  for (const text of ['nonsense', '127.0.0.1:70000', 'http://127.0.0.1:6060', '127.0.0.1:6060/x', '127.0.0.1:']) {
    it(`not ${text}`, () => {
      const [address, complaint = ''] = read(text);
      assert.equal(address, '127.0.0.1 6060');
      assert.match(complaint, /^HOLDUP_DEBUG_ADDR: .* is not host:port, a port or off/);
    });
  }

  for (const host of ['0.0.0.0', '[::]', '10.0.0.1', 'service.internal', '127.0.0.1.example']) {
    it(`${host} only with a token`, () => {
      const [address, complaint = ''] = read(`${host}:7070`);
      assert.equal(address, '127.0.0.1 7070');
      assert.match(complaint, /needs HOLDUP_DEBUG_TOKEN with at least 16 characters/);
      assert.equal(read(`${host}:7070`, 'short').length, 2);
      assert.deepEqual(read(`${host}:7070`, TOKEN), [`${host.replace('[::]', '::')} 7070`]);
    });
  }

  it('takes a token without the line break of its file', () => {
    assert.equal(readDebugAddress('7070', `${TOKEN}\n`, assert.fail)?.token, TOKEN);
  });

  it('says that nobody serves them without the watchdog', () => {
    const complaints: string[] = [];
    configFromEnv({ HOLDUP_WATCHDOG: 'off', HOLDUP_DEBUG_ADDR: '7070' }, (line) => complaints.push(line));
    configFromEnv({ HOLDUP_WATCHDOG: 'off' }, (line) => complaints.push(line));
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? '', /^HOLDUP_DEBUG_ADDR: no debug endpoints: .*HOLDUP_WATCHDOG=off$/);
  });
});
