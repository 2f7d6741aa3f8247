import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Payload } from '../shared/payload.ts';
import { largeProfile, profileOf } from '../testing/profiles.ts';
import { buildCallTree, weigh } from '../view/call-tree.ts';
import { ViewTree } from '../view/view-tree.ts';
import { compactProfile } from './compact.ts';
import { outlineOf } from './outline.ts';

/** `depth name start end now before` of the boxes of what a page shows first, of at least a share of the whole. */
function drawn(payload: Payload, least: number): string[] {
  const tree = buildCallTree(payload);
  const ofType = (values: readonly ArrayLike<number>[]) =>
    weigh(tree, payload, values[payload.defaultType] ?? [], undefined);
  const before = payload.baseValues.length > 0 ? { before: ofType(payload.baseValues) } : {};
  const view = new ViewTree({ tree, now: ofType(payload.values), ...before, widthBy: 'now' }, 'down');
  const boxes: string[] = [];
  for (let depth = 0; depth <= view.height; depth += 1) {
    const level = view.level(depth);
    for (let box = 0; box < level.length; box += 1) {
      const [start = 0, end = 0] = [level.start[box], level.end[box]];
      const name = payload.functions.name[level.fn[box] ?? -1] ?? 'all';
      const facts = [depth, name, start.toFixed(9), end.toFixed(9), level.now[box], level.before[box] ?? 0];
      if (end - start >= least) boxes.push(facts.join(' '));
    }
  }
  return boxes;
}

describe('outlineOf', () => {
  const outlined = (payload: Payload): Payload =>
    outlineOf(payload, buildCallTree(payload)) ?? assert.fail('it has no outline');

  it('has every box that can be seen, where it stands in the whole', () => {
    const payload = compactProfile(largeProfile(7919), { title: 't' });
    const outline = outlined(payload);
    assert.ok(outline.fn.length < 100, `${outline.fn.length} nodes`);
    assert.equal(outline.isOutline, true);
    const boxes = drawn(payload, 1 / 1_900);
    assert.equal(boxes.length, 1 + 1 + 40 + 11);
    assert.deepEqual(drawn(outline, 1 / 1_900), boxes);
  });

  it('compares as the whole does', () => {
    const base = { title: 'b', profile: largeProfile(104_729) };
    const payload = compactProfile(largeProfile(7919), { title: 't', base });
    const boxes = drawn(payload, 1 / 1_900);
    assert.ok(boxes.every((box) => !box.endsWith(' 0')));
    assert.deepEqual(drawn(outlined(payload), 1 / 1_900), boxes);
  });

  it('has the outer rows of what is too much to draw at once', () => {
    const lines = Array.from({ length: 1_000 }, (_, column) => ({
      stack: Array.from({ length: 60 }, (_, row) => `f${column}.${row}`).join(';'),
      values: [1],
    }));
    const outline = outlined(compactProfile(profileOf(lines), { title: 't' }));
    const { depth } = buildCallTree(outline);
    assert.equal(depth.length, 5_000);
    assert.equal(Math.max(...depth), 4);
  });

  it('is left out where the whole is read as soon, or weighs nothing', () => {
    const small = compactProfile(profileOf([{ stack: 'main;work', values: [1] }]), { title: 't' });
    assert.equal(outlineOf(small, buildCallTree(small)), undefined);
    const large = compactProfile(largeProfile(7919), { title: 't' });
    const weightless = { ...large, values: large.values.map(({ length }) => new Float64Array(length)) };
    assert.equal(outlineOf(weightless, buildCallTree(weightless)), undefined);
  });
});
