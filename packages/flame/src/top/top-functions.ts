import type { Profile } from '@holdup/profile';
import { type FlameOptions, prepareProfile } from '../page/prepare.ts';
import { explainFrame } from '../shared/waits.ts';
import { type FunctionSums, sumFunctions, weigh } from '../view/call-tree.ts';
import { type ParkedWait, sumParked } from './parked.ts';

/** A function with what was seen in it (`self`), and in it or what it calls (`total`), in the unit of the table. */
export interface TopRow {
  readonly name: string;
  /** As the profile has it: with its whole import path. */
  readonly fullName: string;
  /** Package and file; '' when not known. */
  readonly place: string;
  readonly self: number;
  readonly total: number;
  /** In the profile compared with. */
  readonly selfBefore?: number;
  readonly totalBefore?: number;
  /** What it means when it is no work: parked, idle, collecting. */
  readonly explanation?: string;
}

export interface TopTable {
  readonly type: string;
  readonly unit: string;
  readonly sum: number;
  readonly sumBefore?: number;
  /** Largest `self` first; comparing: largest change of its share first. */
  readonly rows: readonly TopRow[];
  /** What parked goroutines wait for and who really waits, largest first; empty when none is parked. */
  readonly parked: readonly ParkedWait[];
  readonly notes: readonly string[];
}

/** Functions by what was seen in them. @throws FlameError when what is asked for is not in the profile. */
export function topFunctions(profile: Profile, options: FlameOptions): TopTable {
  const { payload, tree, factsOf, textOf } = prepareProfile(profile, options);
  const { type = '', unit = '' } = payload.types[payload.defaultType] ?? {};
  const functions = payload.functions.name.length;
  const now = weigh(tree, payload, payload.values[payload.defaultType] ?? [], undefined);
  const base = payload.baseValues[payload.defaultType];
  const before = base && weigh(tree, payload, base, undefined);
  const sums = sumFunctions(tree, now, functions);
  const sumsBefore = before && sumFunctions(tree, before, functions);
  const toRow = (_: unknown, fn: number): TopRow => {
    const { name, place } = textOf(fn);
    const { name: fullName } = factsOf(fn);
    const explanation = explainFrame([fullName])?.brief;
    return { name, fullName, place, ...amounts(sums, sumsBefore, fn), ...(explanation ? { explanation } : {}) };
  };
  const rows = Array.from({ length: functions }, toRow).filter(
    ({ total, totalBefore = 0 }) => total !== 0 || totalBefore !== 0,
  );
  const weight = before ? (row: TopRow) => Math.abs(changeOf(row, now.sum, before.sum)) : (row: TopRow) => row.self;
  rows.sort((one, other) => weight(other) - weight(one) || other.total - one.total);
  return {
    type,
    unit,
    sum: now.sum,
    ...(before ? { sumBefore: before.sum } : {}),
    rows,
    parked: sumParked(tree, now, { factsOf, textOf }),
    notes: payload.notes,
  };
}

type Amounts = Pick<TopRow, 'self' | 'total' | 'selfBefore' | 'totalBefore'>;

function amounts(now: FunctionSums, before: FunctionSums | undefined, fn: number): Amounts {
  const amount = { self: now.self[fn] ?? 0, total: now.total[fn] ?? 0 };
  return before ? { ...amount, selfBefore: before.self[fn] ?? 0, totalBefore: before.total[fn] ?? 0 } : amount;
}

/** How much larger a function's share of its profile is than before, from −1 to 1. */
export function changeOf({ self, selfBefore = 0 }: TopRow, sum: number, sumBefore: number): number {
  return (sum > 0 ? self / sum : 0) - (sumBefore > 0 ? selfBefore / sumBefore : 0);
}
