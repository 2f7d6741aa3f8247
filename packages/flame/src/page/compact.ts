import type { Frame, Label, Profile } from '@holdup/profile';
import { FlameError } from '../errors.ts';
import type { Payload, PayloadFunctions, PayloadLabel, PayloadType } from '../shared/payload.ts';

/** Which profile a sample is from. */
type Side = 0 | 1;

interface CompactOptions {
  readonly title: string;
  readonly base?: { readonly title: string; readonly profile: Profile };
}

/**
 * Makes of a profile what a page needs: lines of one function become one, and with them the stacks; samples of the same stack and
 * labels are added up.
 * @throws FlameError when the two have no sample type in common.
 */
export function compactProfile(profile: Profile, { title, base }: CompactOptions): Payload {
  const kept = base ? commonTypes(profile, base.profile) : profile.sampleTypes.map((_, index) => [index, -1] as const);
  const types: PayloadType[] = kept.map(([index]) => {
    const { type = '', unit = '' } = profile.sampleTypes[index] ?? {};
    return { type, unit };
  });
  const builder = new Builder(types.length, base !== undefined);
  const ours = kept.map(([index]) => index);
  builder.add(profile, 0, ours);
  if (base) {
    const theirs = kept.map(([, index]) => index);
    builder.add(base.profile, 1, theirs);
  }
  return {
    title,
    ...(base ? { baseTitle: base.title } : {}),
    types,
    defaultType: Math.max(0, ours.indexOf(profile.defaultType)),
    notes: [...profile.comments, ...builder.notes()],
    timeMs: Number(profile.time / 1_000_000n),
    durationNs: Number(profile.duration),
    ...builder.finish(),
  };
}

function commonTypes(profile: Profile, base: Profile): (readonly [number, number])[] {
  const pairs = profile.sampleTypes.map(({ type, unit }, index) => {
    const other = base.sampleTypes.findIndex((candidate) => candidate.type === type && candidate.unit === unit);
    return [index, other] as const;
  });
  const common = pairs.filter(([, other]) => other >= 0);
  if (common.length > 0) return common;
  const list = ({ sampleTypes }: Profile): string => sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ');
  throw new FlameError(
    'HOLDUP_FLAME_NOTHING_IN_COMMON',
    `the two have no sample type in common: ${list(profile)} against ${list(base)}`,
  );
}

class Builder {
  readonly #functions = { name: [] as string[], file: [] as string[], line: [] as number[], module: [] as string[] };
  readonly #functionIds = new Map<string, number>();
  readonly #parent: number[] = [];
  readonly #fn: number[] = [];
  readonly #nodeIds = new Map<number, number>();
  readonly #labelSets: PayloadLabel[][] = [[]];
  readonly #labelIds = new Map<string, number>([['[]', 0]]);
  readonly #rows = new Map<number, number>();
  readonly #rowNode: number[] = [];
  readonly #rowLabels: number[] = [];
  readonly #values: readonly [number[][], number[][]];
  readonly #compares: boolean;
  #negative = false;

  constructor(types: number, compares: boolean) {
    const columns = (): number[][] => Array.from({ length: types }, () => []);
    this.#values = [columns(), columns()];
    this.#compares = compares;
  }

  add(profile: Profile, side: Side, typeOf: readonly number[]): void {
    const functionOf = profile.frames.map((frame) => this.#idOfFunction(frame));
    const nodeOf = this.#addStacks(profile, functionOf);
    const labelsOf = profile.labelSets.map((labels) => this.#idOfLabels(labels));
    const { stack, labels, values } = profile.samples;
    const width = profile.sampleTypes.length;
    for (let sample = 0; sample < stack.length; sample += 1) {
      const at = stack[sample] ?? -1;
      const row = this.#rowOf(at < 0 ? -1 : (nodeOf[at] ?? -1), labelsOf[labels[sample] ?? 0] ?? 0);
      for (let type = 0; type < typeOf.length; type += 1) {
        const value = Number(values[sample * width + (typeOf[type] ?? 0)] ?? 0n);
        const column = this.#values[side][type];
        if (column) column[row] = (column[row] ?? 0) + value;
        if (value < 0) this.#negative = true;
      }
    }
  }

  notes(): string[] {
    const text =
      'Some values are negative, as in a difference of two profiles. What comes out below zero is not drawn; compare the two with --diff.';
    return this.#negative ? [text] : [];
  }

  finish(): Pick<
    Payload,
    'functions' | 'labelSets' | 'parent' | 'fn' | 'sampleNode' | 'sampleLabels' | 'values' | 'baseValues'
  > {
    // In the order of the tree, steps from one sample's node to the next are small.
    const order = Int32Array.from(this.#rowNode.keys()).sort((one, other) => {
      return (
        (this.#rowNode[one] ?? 0) - (this.#rowNode[other] ?? 0) ||
        (this.#rowLabels[one] ?? 0) - (this.#rowLabels[other] ?? 0)
      );
    });
    const sorted = (column: readonly number[]): Float64Array => Float64Array.from(order, (row) => column[row] ?? 0);
    const functions: PayloadFunctions = this.#functions;
    return {
      functions,
      labelSets: this.#labelSets,
      parent: this.#parent,
      fn: this.#fn,
      sampleNode: sorted(this.#rowNode),
      sampleLabels: sorted(this.#rowLabels),
      values: this.#values[0].map(sorted),
      baseValues: this.#compares ? this.#values[1].map(sorted) : [],
    };
  }

  #idOfFunction(frame: Frame): number {
    const name = frame.name !== '' ? frame.name : (frame.systemName ?? '') || toHex(frame.address);
    const id = `${name}\n${frame.file}\n${frame.file === '' ? frame.module : ''}${anonymousLine(name, frame)}`;
    const known = this.#functionIds.get(id);
    if (known !== undefined) return known;
    const fn = this.#functions.name.length;
    this.#functionIds.set(id, fn);
    this.#functions.name.push(name);
    this.#functions.file.push(frame.file);
    this.#functions.line.push(frame.startLine || frame.line);
    this.#functions.module.push(frame.module);
    return fn;
  }

  #addStacks({ stacks }: Profile, functionOf: readonly number[]): Int32Array {
    const nodeOf = new Int32Array(stacks.frame.length);
    for (let stack = 0; stack < stacks.frame.length; stack += 1) {
      const above = stacks.parent[stack] ?? -1;
      const parent = above < 0 ? -1 : (nodeOf[above] ?? -1);
      nodeOf[stack] = this.#idOfNode(parent, functionOf[stacks.frame[stack] ?? 0] ?? 0);
    }
    return nodeOf;
  }

  #idOfNode(parent: number, fn: number): number {
    // Both are below 2^26 in any profile that fits into memory: the key is exact.
    const key = (parent + 1) * 2 ** 26 + fn;
    const known = this.#nodeIds.get(key);
    if (known !== undefined) return known;
    const node = this.#fn.length;
    this.#nodeIds.set(key, node);
    this.#parent.push(parent);
    this.#fn.push(fn);
    return node;
  }

  #idOfLabels(labels: readonly Label[]): number {
    const shown = labels.map(({ key, value, unit = '' }) => ({
      key,
      value: unit === '' ? String(value) : `${value} ${unit}`,
    }));
    const id = JSON.stringify(shown);
    const known = this.#labelIds.get(id);
    if (known !== undefined) return known;
    this.#labelIds.set(id, this.#labelSets.length);
    return this.#labelSets.push(shown) - 1;
  }

  #rowOf(node: number, labels: number): number {
    const key = (node + 1) * 2 ** 26 + labels;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#rowNode.length;
    this.#rows.set(key, row);
    this.#rowNode.push(node);
    this.#rowLabels.push(labels);
    return row;
  }
}

function toHex(address: bigint | undefined): string {
  return address === undefined ? '(unknown)' : `0x${address.toString(16)}`;
}

/** Functions without a name are told apart by where they begin. */
function anonymousLine(name: string, { startLine, line }: Frame): string {
  return name === '(anonymous)' || name === '(unknown)' ? `\n${startLine || line}` : '';
}
