import type { Flame } from './build-flame.ts';

/** What separates frames, and what ends a line: neither may be in a name. */
const SEPARATORS = /[;\r\n]/g;

/** Boxes with a value of their own as folded stacks, `main;work;parse 12`, as flamegraph.pl and speedscope read them. */
export function* formatFolded(flame: Flame): Generator<string> {
  const names = flame.functions.map(({ name, address }) => {
    return (name === '' ? `0x${(address ?? 0n).toString(16)}` : name).replace(SEPARATORS, ':');
  });
  const path: string[] = [];
  for (let box = 1; box < flame.parent.length; box++) {
    path.length = (flame.depth[box] ?? 1) - 1;
    path.push(names[flame.frame[box] ?? 0] ?? '');
    const self = flame.self[box] ?? 0;
    if (self !== 0) yield `${path.join(';')} ${self}`;
  }
}
