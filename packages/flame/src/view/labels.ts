import type { Payload, PayloadLabel } from '../shared/payload.ts';

/** Per label set whether it has all the labels asked for; undefined when none are. Several values of one key: any of them. */
export function keepLabels(
  { labelSets }: Pick<Payload, 'labelSets'>,
  wanted: readonly PayloadLabel[],
): Uint8Array | undefined {
  if (wanted.length === 0) return undefined;
  const byKey = new Map<string, Set<string>>();
  for (const { key, value } of wanted) byKey.set(key, (byKey.get(key) ?? new Set()).add(value));
  return Uint8Array.from(labelSets, (labels) => {
    const hasAll = [...byKey].every(([key, values]) =>
      labels.some((label) => label.key === key && values.has(label.value)),
    );
    return hasAll ? 1 : 0;
  });
}

export interface LabelValue {
  readonly value: string;
  readonly sum: number;
}

/** Every label key with its values, heaviest first. */
export function listLabels(payload: Payload, values: ArrayLike<number>): ReadonlyMap<string, readonly LabelValue[]> {
  const perSet = new Float64Array(payload.labelSets.length);
  for (let row = 0; row < payload.sampleLabels.length; row += 1) {
    const set = payload.sampleLabels[row] ?? 0;
    perSet[set] = (perSet[set] ?? 0) + (values[row] ?? 0);
  }
  const sums = new Map<string, Map<string, number>>();
  payload.labelSets.forEach((labels, set) => {
    for (const { key, value } of labels) {
      const ofKey = sums.get(key) ?? new Map<string, number>();
      sums.set(key, ofKey.set(value, (ofKey.get(value) ?? 0) + (perSet[set] ?? 0)));
    }
  });
  const heaviestFirst = (ofKey: Map<string, number>): LabelValue[] =>
    [...ofKey].map(([value, sum]) => ({ value, sum })).sort((one, other) => other.sum - one.sum);
  return new Map([...sums].map(([key, ofKey]) => [key, heaviestFirst(ofKey)]));
}
