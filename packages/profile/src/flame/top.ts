import type { Frame } from '../profile.ts';
import type { Flame } from './build-flame.ts';

/** What a function has by itself, and with all it called; in units of the flame's sample type. */
export interface TopRow {
  readonly frame: Frame;
  readonly flat: number;
  /** A function that calls itself, also through others, counts once. */
  readonly cum: number;
}

/**
 * The functions of a flame graph from the most flat to the least, as `go tool pprof -top` lists them; of equal ones the one with
 * more below it first.
 * @param flame Top-down.
 */
export function topFunctions(flame: Flame): readonly TopRow[] {
  const flat = new Float64Array(flame.functions.length);
  const cum = new Float64Array(flame.functions.length);
  const onPath = new Int32Array(flame.functions.length);
  const seen = new Uint8Array(flame.functions.length);
  /** Functions from the root to the box at hand. */
  const path: number[] = [];
  for (let box = 1; box < flame.parent.length; box++) {
    const fn = flame.frame[box] ?? 0;
    for (const depth = flame.depth[box] ?? 0; path.length >= depth; ) {
      const left = path.pop() ?? 0;
      onPath[left] = (onPath[left] ?? 0) - 1;
    }
    if (onPath[fn] === 0) cum[fn] = (cum[fn] ?? 0) + (flame.total[box] ?? 0);
    flat[fn] = (flat[fn] ?? 0) + (flame.self[box] ?? 0);
    seen[fn] = 1;
    onPath[fn] = (onPath[fn] ?? 0) + 1;
    path.push(fn);
  }
  return flame.functions
    .map((frame, fn) => ({ frame, flat: flat[fn] ?? 0, cum: cum[fn] ?? 0 }))
    .filter((_, fn) => seen[fn] === 1)
    .sort((a, b) => Math.abs(b.flat) - Math.abs(a.flat) || Math.abs(b.cum) - Math.abs(a.cum));
}
