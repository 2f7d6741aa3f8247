import type { Observations, Observe, Variant } from './observe.ts';

/** Something a program can tell the agent by. */
export interface Difference {
  readonly behaviour: string;
  readonly plain: string;
  readonly held: string;
}

export interface Comparison {
  readonly behaviours: number;
  readonly differences: readonly Difference[];
  /** Behaviours that differ without the agent too, from run to run. */
  readonly unstable: readonly string[];
}

/** A behaviour that differs is looked at again so often without the agent: does it differ from itself? */
const PLAIN_ROUNDS = 6;
/** And so often with it. */
const HELD_ROUNDS = 3;

const MISSING = '(it never came to this)';

/**
 * Compares what is seen with the agent and without. A behaviour differs when the agent's runs show, each time, what no run
 * without it ever showed.
 */
export async function compare(observe: Observe, where: Omit<Variant, 'withAgent'>): Promise<Comparison> {
  const look = (withAgent: boolean, only?: readonly string[]) => observe({ ...where, withAgent }, only);
  const plain = await look(false);
  const held = await look(true);
  const names = [...new Set([...plain.keys(), ...held.keys()])];
  const suspects = names.filter((name) => plain.get(name) !== held.get(name));
  const plains = [plain];
  const helds = [held];
  let open = suspects;
  for (let round = 1; round < PLAIN_ROUNDS && open.length > 0; round++) {
    plains.push(await look(false, open));
    if (round < HELD_ROUNDS) helds.push(await look(true, open));
    open = open.filter((name) => differs(name, plains, helds));
  }
  const unstable = suspects.filter((name) => !open.includes(name));
  const differences = open.map((behaviour) => ({
    behaviour,
    plain: plain.get(behaviour) ?? MISSING,
    held: held.get(behaviour) ?? MISSING,
  }));
  return { behaviours: names.length, differences, unstable };
}

function differs(name: string, plains: readonly Observations[], helds: readonly Observations[]): boolean {
  const usual = new Set(plains.map((seen) => seen.get(name)));
  return helds.every((seen) => !usual.has(seen.get(name)));
}

/** The lines that differ: `-` without the agent, `+` with it. */
export function diffLines({ plain, held }: Difference): string[] {
  const [left, right] = [plain.split('\n'), held.split('\n')];
  const table = longestCommon(left, right);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) [i, j] = [i + 1, j + 1];
    else if (j >= right.length || (i < left.length && at(table, i + 1, j) >= at(table, i, j + 1)))
      lines.push(`- ${left[i++]}`);
    else lines.push(`+ ${right[j++]}`);
  }
  return lines;
}

function longestCommon(left: readonly string[], right: readonly string[]): number[][] {
  const table = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--) {
      const row = table[i] ?? [];
      row[j] = left[i] === right[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  return table;
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}
