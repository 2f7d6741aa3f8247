import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compactProfile } from '../page/compact.ts';
import { type Line, profileOf } from '../testing/profiles.ts';
import { buildCallTree, outermostNodes, sumFunctions, weigh } from './call-tree.ts';
import { keepLabels } from './labels.ts';
import { boxAt, layOut } from './layout.ts';
import { sumMatches } from './search.ts';
import { pathOf, type ViewNode, ViewTree } from './view-tree.ts';

const LINES: readonly Line[] = [
  { stack: 'main;a;b', values: [10] },
  { stack: 'main;a;b;a', values: [5] },
  { stack: 'main;c;b', values: [20], labels: [{ key: 'route', value: 'GET /' }] },
  { stack: 'main;c', values: [1] },
  { stack: '', values: [4] },
];

function open(lines: readonly Line[] = LINES, base?: readonly Line[]) {
  const facts = base ? { title: 't', base: { title: 'b', profile: profileOf(base) } } : { title: 't' };
  const payload = compactProfile(profileOf(lines), facts);
  const tree = buildCallTree(payload);
  const now = weigh(tree, payload, payload.values[0] ?? [], undefined);
  const [baseValues] = payload.baseValues;
  const before = baseValues ? weigh(tree, payload, baseValues, undefined) : undefined;
  const fnOf = (name: string): number => payload.functions.name.indexOf(name);
  const source = { tree, now, ...(before ? { before } : {}), widthBy: 'now' as const };
  const show = (view: ViewTree, node: ViewNode = view.root): string => {
    const children = childrenOf(view, node).map((child) => show(view, child));
    const name = payload.functions.name[node.fn] ?? 'all';
    return `${name}=${node.now}${children.length > 0 ? `(${children.join(' ')})` : ''}`;
  };
  return { payload, tree, now, fnOf, source, show };
}

function childrenOf(view: ViewTree, node: ViewNode): ViewNode[] {
  return Array.from({ length: view.countChildren(node) }, (_, rank) => view.child(node, rank) ?? view.root);
}

describe('ViewTree', () => {
  it('shows callees from the root on, largest first; an empty stack counts in the whole', () => {
    const { source, show } = open();
    assert.equal(show(new ViewTree(source, 'down')), 'all=40(main=36(c=21(b=20) a=15(b=15(a=5))))');
  });

  it('shows callers from the leaves on', () => {
    const { source, show } = open();
    assert.equal(
      show(new ViewTree(source, 'up')),
      'all=40(b=30(c=20(main=20) a=10(main=10)) a=5(b=5(a=5(main=5))) c=1(main=1))',
    );
  });

  it('puts callees and callers of one function together, recursion counted once', () => {
    const { source, tree, payload, fnOf, show } = open();
    const start = (fn: number) => ({ fn, at: outermostNodes(tree, payload.functions.name.length, fn) });
    assert.equal(show(new ViewTree(source, 'down', start(fnOf('b')))), 'b=35(a=5)');
    assert.equal(show(new ViewTree(source, 'up', start(fnOf('b')))), 'b=35(c=20(main=20) a=15(main=15))');
    assert.equal(show(new ViewTree(source, 'down', start(fnOf('a')))), 'a=15(b=15(a=5))');
  });

  it('has children within their parent, in every view', () => {
    const { source } = open();
    for (const way of ['down', 'up'] as const) {
      const view = new ViewTree(source, way);
      const check = (node: ViewNode): void => {
        const children = childrenOf(view, node);
        assert.ok(children.reduce((sum, { size }) => sum + size, 0) <= node.size + 1e-12);
        for (const child of children) check(child);
      };
      check(view.root);
    }
  });

  it('follows a path and gives it back', () => {
    const { source, fnOf } = open();
    const view = new ViewTree(source, 'down');
    const path = ['main', 'c', 'b'].map(fnOf);
    assert.deepEqual(pathOf(view.follow(path)), path);
    assert.equal(view.follow([fnOf('c')]), view.root);
  });

  it('compares: both values at each box, wide by either', () => {
    const { source } = open([{ stack: 'main;new', values: [6] }], [{ stack: 'main;old', values: [2] }]);
    const wide = (widthBy: 'now' | 'before') => {
      const view = new ViewTree({ ...source, widthBy }, 'down');
      const main = view.child(view.root, 0);
      return main ? [main.now, main.before, view.countChildren(main)] : [];
    };
    assert.deepEqual(wide('now'), [6, 2, 1]);
    assert.deepEqual(wide('before'), [6, 2, 1]);
  });
});

describe('weigh', () => {
  it('leaves out what the label filter does', () => {
    const { payload, tree } = open();
    const keep = keepLabels(payload, [{ key: 'route', value: 'GET /' }]);
    assert.equal(weigh(tree, payload, payload.values[0] ?? [], keep).sum, 20);
  });

  it('sums functions, each once per stack', () => {
    const { tree, now, payload, fnOf } = open();
    const { self, total } = sumFunctions(tree, now, payload.functions.name.length);
    assert.deepEqual([self[fnOf('a')], total[fnOf('a')]], [5, 15]);
    assert.deepEqual([self[fnOf('b')], total[fnOf('b')]], [30, 35]);
  });

  it('sums matches, nothing twice', () => {
    const { tree, now, payload, fnOf } = open();
    const matches = new Uint8Array(payload.functions.name.length);
    matches[fnOf('a')] = 1;
    matches[fnOf('b')] = 1;
    assert.equal(sumMatches(tree, now, matches), 35);
  });
});

describe('layOut', () => {
  it('draws what is in sight, and what is too narrow as one', () => {
    const lines = Array.from({ length: 3000 }, (_, at) => ({ stack: `main;f${at}`, values: [at === 0 ? 3000 : 1] }));
    const { source } = open(lines);
    const boxes = layOut(new ViewTree(source, 'down'), { from: 0, to: 1 }, 1000);
    assert.deepEqual(
      boxes.map(({ node, depth, width }) => [node === undefined, depth, Math.round(width)]),
      [
        [false, 0, 1000],
        [false, 1, 1000],
        [false, 2, 500],
        [true, 2, 500],
      ],
    );
    assert.equal(layOut(new ViewTree(source, 'down'), { from: 0.9, to: 1 }, 30_000).length, 2 + 600);
  });

  it('finds the box at a place, in any part of a wide level', () => {
    const lines = Array.from({ length: 5000 }, (_, at) => ({ stack: `f${at}`, values: [1 + (at % 7)] }));
    const view = new ViewTree(open(lines).source, 'down');
    const level = view.level(1);
    for (const index of [0, 1, 2499, 4998, 4999]) {
      const range = { from: level.start[index] ?? 0, to: level.end[index] ?? 0 };
      assert.equal(boxAt(view, 1, range, 100, 50)?.index, index);
    }
    assert.equal(boxAt(view, 1, { from: 0, to: 1 }, 1000, 500), undefined);
  });

  it('goes deeper than any call stack', () => {
    const deep = profileOf([{ stack: Array.from({ length: 30_000 }, (_, at) => `f${at}`).join(';'), values: [1] }]);
    const payload = compactProfile(deep, { title: 't' });
    const tree = buildCallTree(payload);
    const now = weigh(tree, payload, payload.values[0] ?? [], undefined);
    sumFunctions(tree, now, payload.functions.name.length);
    const view = new ViewTree({ tree, now, widthBy: 'now' }, 'down');
    assert.equal(pathOf(view.node(30_000, 0)).length, 30_000);
    assert.equal(layOut(view, { from: 0, to: 1 }, 100).length, 30_001);
  });
});
