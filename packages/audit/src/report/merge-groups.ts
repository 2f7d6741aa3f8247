import type { Hazard } from '../hazard.ts';

/**
 * Makes one hazard of each group, at its source if that was audited, with how many are behind it. A source behind which there is
 * nothing is no hazard. Hazards without a group stay as they are.
 */
export function mergeGroups<T extends Hazard>(hazards: readonly T[]): T[] {
  const groups = new Map<string, T[]>();
  for (const hazard of hazards) {
    const key = hazard.group ? `${hazard.rule} ${hazard.group.key}` : undefined;
    const same = key === undefined ? undefined : groups.get(key);
    if (same) same.push(hazard);
    else if (key !== undefined) groups.set(key, [hazard]);
  }
  const merged = [...groups.values()].flatMap(mergeOne);
  return [...hazards.filter(({ group }) => !group), ...merged];
}

function mergeOne<T extends Hazard>(hazards: readonly T[]): T[] {
  const counted = hazards.filter(({ group }) => group && group.count > 0);
  // The order in which files are done is nobody's: what is told must not depend on it.
  const [first] = [...hazards].sort(
    (a, b) => Number(b.group?.isSource) - Number(a.group?.isSource) || compare(a.place.file, b.place.file),
  );
  if (!first?.group || counted.length === 0) return [];
  const count = counted.reduce((sum, { group }) => sum + (group?.count ?? 0), 0);
  const files = new Set(counted.map(({ place }) => place.file)).size;
  const [one, many] = first.group.nouns;
  const where = files > 1 ? ` in ${files} files` : '';
  const { group: _, ...rest } = first;
  // The same hazard but for its message; what a T adds is kept.
  return [{ ...rest, message: `${first.message} (${count} ${count === 1 ? one : many}${where})` } as unknown as T];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
