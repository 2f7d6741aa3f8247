import { StackTree } from '../build/stack-tree.ts';
import type { Profile } from '../profile.ts';
import { withStacks } from './restack.ts';

/** All stacks from the inside out: what was innermost is outermost, and under it who called it. */
export function invertProfile(profile: Profile): Profile {
  const { parent, frame } = profile.stacks;
  const tree = new StackTree(parent.length);
  const moved = new Int32Array(parent.length).fill(-1);
  for (const stack of profile.samples.stack) {
    if (stack < 0 || (moved[stack] ?? -1) >= 0) continue;
    let inverted = -1;
    for (let at = stack; at >= 0; at = parent[at] ?? -1) inverted = tree.child(inverted, frame[at] ?? 0);
    moved[stack] = inverted;
  }
  return withStacks(profile, tree, moved);
}
