/** Which stored column a column of values is, times what. */
export interface ValueLink {
  readonly stored: number;
  readonly factor: number;
}

/** Values without their common factor; of columns that are then the same, one. */
export function storeOnce(columns: readonly ArrayLike<number>[]): {
  readonly links: readonly ValueLink[];
  readonly stored: readonly ArrayLike<number>[];
} {
  const stored: ArrayLike<number>[] = [];
  const links = columns.map((column) => {
    const factor = commonFactor(column);
    const plain = factor === 1 ? column : Float64Array.from(column, (value) => value / factor);
    const known = stored.findIndex((other) => isSame(other, plain));
    return { stored: known < 0 ? stored.push(plain) - 1 : known, factor };
  });
  return { links, stored };
}

/** 1 where a value is not exact as a double, so that dividing would change it. */
function commonFactor(column: ArrayLike<number>): number {
  let factor = 0;
  for (let at = 0; at < column.length && factor !== 1; at += 1) {
    let rest = Math.abs(column[at] ?? 0);
    if (!Number.isSafeInteger(rest)) return 1;
    while (rest !== 0) [factor, rest] = [rest, factor % rest];
  }
  return Math.max(1, factor);
}

function isSame(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
