import { StackTree } from '../build/stack-tree.ts';
import type { Profile } from '../profile.ts';

/**
 * Moves every stack, and its samples with it.
 * @param move New stack of `stack`, whose parent is already at `parent` (−1: nowhere); made with `tree`.
 */
export function restack(profile: Profile, move: (tree: StackTree, stack: number, parent: number) => number): Profile {
  const { parent } = profile.stacks;
  const tree = new StackTree(parent.length);
  const moved = new Int32Array(parent.length);
  for (let stack = 0; stack < parent.length; stack++) {
    const from = parent[stack] ?? -1;
    moved[stack] = move(tree, stack, from < 0 ? -1 : (moved[from] ?? -1));
  }
  return withStacks(profile, tree, moved);
}

/** The profile with its samples at `moved[stack]`. */
export function withStacks(profile: Profile, tree: StackTree, moved: Int32Array): Profile {
  const stack = profile.samples.stack.map((old) => (old < 0 ? -1 : (moved[old] ?? -1)));
  return { ...profile, stacks: tree.toTable(), samples: { ...profile.samples, stack } };
}
