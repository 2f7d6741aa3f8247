import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseRules, loadConfig } from './config.ts';
import type { RuleInfo } from './hazard.ts';
import { writeTree } from './testing/tree.ts';

const load = (text: string) => loadConfig(writeTree({ 'holdup.config.json': text }));

describe('loadConfig', () => {
  it('finds the nearest file, up to the top of the repository', () => {
    const folder = writeTree({
      '.git/HEAD': '',
      'holdup.config.json': '{"audit":{"exclude":["old/"]}}',
      'a/b/c.js': '',
    });
    assert.deepEqual(loadConfig(`${folder}/a/b`), { folder, exclude: ['old/'], rules: {} });
  });

  it('says what is wrong, and where', () => {
    assert.throws(() => load('{"audit":{"rulez":{}}}'), /unknown key "audit.rulez"; known: exclude, rules/);
    assert.throws(() => load('{"audits":{}, "x": 1}'), /unknown keys "audits", "x"/);
    assert.throws(
      () => load('{"audit":{"rules":{"js/x":"fatal"}}}'),
      /audit.rules\["js\/x"\] is none of error, warning/,
    );
    assert.throws(() => load('{"audit":{"exclude":"old"}}'), /audit.exclude is a list of patterns/);
    assert.throws(() => load('{'), /holdup.config.json is not JSON/);
    assert.throws(() => loadConfig('/', 'nope.json'), /nope.json cannot be read/);
  });
});

describe('chooseRules', () => {
  const rules: RuleInfo[] = ['js/a', 'js/b', 'go/a'].map((id) => ({ id, severity: 'warning', title: id }));
  const none = { only: [], ignore: [], config: {} };

  it('takes names of rules and of groups; a rule is stronger than its group', () => {
    assert.deepEqual([...chooseRules(rules, { ...none, only: ['js'] }).keys()], ['js/a', 'js/b']);
    assert.deepEqual([...chooseRules(rules, { ...none, ignore: ['b', 'go/a'] }).keys()], ['js/a']);
    const chosen = chooseRules(rules, { ...none, config: { 'js/*': 'off', 'js/b': 'error' } });
    assert.deepEqual(
      [...chosen],
      [
        ['js/b', 'error'],
        ['go/a', undefined],
      ],
    );
  });

  it('refuses names that mean nothing', () => {
    assert.throws(() => chooseRules(rules, { ...none, only: ['zz'] }), /there is no rule "zz"/);
    assert.throws(() => chooseRules(rules, { ...none, config: { 'js/zz': 'off' } }), /there is no rule "js\/zz"/);
  });
});
