import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { diffProfiles } from '../operations/diff.ts';
import { fixture, mustRead, totals } from '../testing/fixtures.ts';
import { anyProfile } from '../testing/random-profile.ts';
import { buildFlame, type Flame } from './build-flame.ts';

const profile = mustRead('main;work;parse 5\nmain;work 2\nmain;work;wait 7\nmain;idle 11\nother;work;parse 13\n');

/** `depth name start+width self/total` of the root and every box that has width, each before what stands on it. */
function draw(flame: Flame): string[] {
  const { root, functions, functionOf, parent, frame, start, width, self, total } = flame;
  const depths = depthsOf(flame);
  const drawn = [...parent.keys()].filter((box) => width[box] !== 0);
  drawn.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || (depths[a] ?? 0) - (depths[b] ?? 0));
  const lines = drawn.map((box) => {
    const { name } = functions[functionOf[frame[box] ?? -1] ?? -1] ?? assert.fail('a box without a function');
    return `${depths[box]} ${name} ${start[box]}+${width[box]} ${self[box]}/${total[box]}`;
  });
  return [`0 root 0+${root.width} ${root.self}/${root.total}`, ...lines];
}

function depthsOf({ parent }: Flame): number[] {
  const depths: number[] = [];
  for (const above of parent) depths.push(above < 0 ? 1 : (depths[above] ?? 0) + 1);
  return depths;
}

describe('buildFlame', () => {
  /*
   * root   |--------------------------------------| 38
   * main   |-------------------------| 25
   * work   |--------------| 14        other |-----| 13
   * wait   |-------| 7                work  |-----|
   * parse           |----| 5          parse |-----|
   * idle                  |----------| 11
   */
  it('top-down: the widest first, without gaps, what is its own at the end', () => {
    assert.deepEqual(draw(buildFlame(profile, 0, 'top-down')), [
      '0 root 0+38 0/38',
      '1 main 0+25 0/25',
      '2 work 0+14 2/14',
      '3 wait 0+7 7/7',
      '3 parse 7+5 5/5',
      '2 idle 14+11 11/11',
      '1 other 25+13 0/13',
      '2 work 25+13 0/13',
      '3 parse 25+13 13/13',
    ]);
  });

  it('bottom-up: from what ran to who called it', () => {
    assert.deepEqual(draw(buildFlame(profile, 0, 'bottom-up')), [
      '0 root 0+38 0/38',
      '1 parse 0+18 0/18',
      '2 work 0+18 0/18',
      '3 other 0+13 13/13',
      '3 main 13+5 5/5',
      '1 idle 18+11 0/11',
      '2 main 18+11 11/11',
      '1 wait 29+7 0/7',
      '2 work 29+7 0/7',
      '3 main 29+7 7/7',
      '1 work 36+2 0/2',
      '2 main 36+2 2/2',
    ]);
  });

  it('shows what a difference took away as wide as what it brought', () => {
    const later = mustRead('main;work;parse 6\nmain;idle 1\nmain;new 2\n');
    const changed = diffProfiles(later, mustRead('main;work;parse 5\nmain;idle 11\n'));
    assert.deepEqual(draw(buildFlame(changed, 0, 'top-down')), [
      '0 root 0+13 0/-7',
      '1 main 0+13 0/-7',
      '2 idle 0+10 -10/-10',
      '2 new 10+2 2/2',
      '2 work 12+1 0/1',
      '3 parse 12+1 1/1',
    ]);
  });

  it('groups lines of a function, and keeps apart functions of one name', () => {
    const cpu = mustRead(fixture('go/cpu.pb.gz'));
    const names = buildFlame(cpu, 1, 'top-down').functions.map(({ name, file }) => `${name} ${file}`);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length < cpu.frames.length);
  });

  it('lays out any profile: children inside their parents, disjoint, in order', () => {
    fc.assert(
      fc.property(anyProfile, fc.constantFrom('top-down' as const, 'bottom-up' as const), (some, order) => {
        const flame = buildFlame(some, 1, order);
        const { parent, start, width } = flame;
        const drawn = [...parent.keys()].filter((box) => (width[box] ?? 0) > 0);
        const besides = (one: number, other: number): number =>
          (parent[one] ?? 0) - (parent[other] ?? 0) || (start[one] ?? 0) - (start[other] ?? 0);
        const ends = new Map<number, number>();
        for (const box of drawn.sort(besides)) {
          const above = parent[box] ?? -1;
          assert.ok(above < box);
          assert.equal(start[box], ends.get(above) ?? (above < 0 ? 0 : start[above]));
          ends.set(above, (start[box] ?? 0) + (width[box] ?? 0));
        }
        // The values are up to 2^63, so what is in doubles is rounded.
        const sum = Number(totals(some)[1]);
        assert.ok(Math.abs(flame.root.total - sum) <= 2 ** 63 * 1e-12 * 12);
      }),
    );
  });

  it('has samples without a stack at the root, and nothing of an empty profile', () => {
    const empty = buildFlame(mustRead('goroutine profile: total 0\n'), 0, 'top-down');
    assert.deepEqual(draw(empty), ['0 root 0+0 0/0']);
    const bare = buildFlame(mustRead('goroutine profile: total 3\n3 @\n'), 0, 'top-down');
    assert.deepEqual(draw(bare), ['0 root 0+3 3/3']);
  });
});
