import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compactProfile } from '../page/compact.ts';
import { formatShare, formatValue } from '../shared/units.ts';
import { profileOf } from '../testing/profiles.ts';
import { buildCallTree, weigh } from './call-tree.ts';
import { writeFolded } from './folded.ts';
import { readLink, type Selection, startSelection, writeLink } from './link.ts';
import { orderByDepth } from './order.ts';
import { readQuery } from './search.ts';
import { writeSvg } from './svg.ts';

describe('links', () => {
  const start = startSelection(1);
  const limits = { types: 2, functions: 100 };

  it('carry the selection there and back', () => {
    const selection: Selection = {
      view: 'sandwich',
      type: 0,
      widthBy: 'before',
      fn: 7,
      path: [1, 2, 3],
      callers: true,
      zoom: 2,
      query: '/a|b/ & #%',
      labels: [
        { key: 'route', value: 'GET /a?b=c' },
        { key: 'route', value: '=' },
      ],
    };
    assert.deepEqual(readLink(`#${writeLink(selection, start)}`, start, limits), selection);
    assert.equal(writeLink(start, start), '');
  });

  it('do no harm when somebody wrote them', () => {
    const read = readLink('#view=evil&type=9&fn=-1&at=1.x.2&zoom=99999999999&label=a', start, limits);
    assert.deepEqual(read, { ...start, path: [1], zoom: 0, labels: [{ key: 'a', value: '' }] });
  });
});

describe('readQuery', () => {
  it('takes plain text in any case, patterns between slashes', () => {
    const matches = (query: string, text: string) => {
      const read = readQuery(query);
      return read?.ok ? read.pattern.test(text) : read;
    };
    assert.equal(matches('QUERY', 'pg.query'), true);
    assert.equal(matches('a.c', 'abc'), false);
    assert.equal(matches('/a.c/', 'xABC'), true);
    assert.deepEqual(matches('/(/', ''), { ok: false, message: 'not a valid regular expression' });
    assert.equal(readQuery('  '), undefined);
  });
});

describe('writeFolded', () => {
  it('writes a line per stack; what the format cannot hold is replaced', () => {
    const payload = compactProfile(
      profileOf([
        { stack: 'main;a\nb', values: [3] },
        { stack: 'main', values: [0] },
      ]),
      { title: 't' },
    );
    const tree = buildCallTree(payload);
    const { self } = weigh(tree, payload, payload.values[0] ?? [], undefined);
    const name = (fn: number): string => `${payload.functions.name[fn]};`;
    assert.deepEqual([...writeFolded(tree, self, name, new Set())], ['main:;a b: 3\n']);
  });

  it('keeps together what one place called, and to the boxes asked for, whatever order the nodes have', () => {
    const lines = ['a;x', 'b;y', 'a;z', 'a'].map((stack, at) => ({ stack, values: [at + 1] }));
    const payload = orderByDepth(compactProfile(profileOf(lines), { title: 't' }));
    const tree = buildCallTree(payload);
    const { self } = weigh(tree, payload, payload.values[0] ?? [], undefined);
    const name = (fn: number): string => payload.functions.name[fn] ?? '';
    assert.deepEqual([...writeFolded(tree, self, name, new Set())], ['a 4\n', 'a;x 1\n', 'a;z 3\n', 'b;y 2\n']);
    const b = Array.from(tree.fn).findIndex((fn) => name(fn) === 'b');
    assert.deepEqual([...writeFolded(tree, self, name, new Set([b]))], ['b;y 2\n']);
  });
});

describe('writeSvg', () => {
  it('escapes all texts', () => {
    const box = { x: 0, y: 0, width: 900, fill: 'red"/>', label: '<script>&', title: '</title><script>\u0000' };
    const svg = writeSvg({
      title: '<x>',
      width: 900,
      rows: 1,
      rowPx: 18,
      background: '#fff',
      text: '#000',
      boxes: [box],
    });
    assert.doesNotMatch(svg, /<script|<x>|\0/);
  });
});

describe('units', () => {
  it('say large and small as people do', () => {
    assert.equal(formatValue(1_240_000_000, 'nanoseconds'), '1.24 s');
    assert.equal(formatValue(90, 'milliseconds'), '90 ms');
    assert.equal(formatValue(3_250_586, 'bytes'), '3.10 MiB');
    assert.equal(formatValue(12_345, 'count'), '12,345');
    assert.equal(formatValue(12_345, 'widgets'), '12,345 widgets');
    assert.equal(formatShare(1, 100_000), '<0.1 %');
    assert.equal(formatShare(1, 0), '–');
  });
});
