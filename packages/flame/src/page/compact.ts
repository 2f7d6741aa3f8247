import { type Frame, type Label, numberAt, type Profile, StackTree, toWords } from '@holdup/profile';
import { FlameError } from '../errors.ts';
import { ownFolderOf } from '../shared/frame-text.ts';
import {
  factsOf,
  type Payload,
  type PayloadFunctions,
  type PayloadLabel,
  type PayloadType,
} from '../shared/payload.ts';
import { Rows } from './rows.ts';

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
  const samples = profile.samples.stack.length + (base?.profile.samples.stack.length ?? 0);
  const builder = new Builder(types.length, samples, base !== undefined);
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
  readonly #stacks = new StackTree();
  readonly #labelSets: PayloadLabel[][] = [[]];
  readonly #labelIds = new Map<string, number>([['[]', 0]]);
  readonly #rows: Rows;
  readonly #types: number;
  readonly #compares: boolean;
  #hasNegative = false;

  constructor(types: number, samples: number, compares: boolean) {
    this.#types = types;
    this.#compares = compares;
    this.#rows = new Rows(samples, compares ? types * 2 : types);
  }

  /** @param typeOf Index of each of our types among the profile's. */
  add(profile: Profile, side: Side, typeOf: readonly number[]): void {
    const functionOf = profile.frames.map((frame) => this.#idOfFunction(frame));
    const nodeOf = this.#addStacks(profile, functionOf);
    const labelsOf = profile.labelSets.map((labels) => this.#idOfLabels(labels));
    const { stack, labels, values } = profile.samples;
    const width = profile.sampleTypes.length;
    const words = toWords(values);
    for (let sample = 0; sample < stack.length; sample++) {
      const at = stack[sample] ?? -1;
      const row = this.#rows.add(at < 0 ? -1 : (nodeOf[at] ?? -1), labelsOf[labels[sample] ?? 0] ?? 0);
      for (let type = 0; type < this.#types; type++) {
        const value = numberAt(words, sample * width + (typeOf[type] ?? 0));
        this.#rows.set(row, side * this.#types + type, value);
        if (value < 0) this.#hasNegative = true;
      }
    }
  }

  notes(): string[] {
    const text =
      'Some values are negative, as in a difference of two profiles. What comes out below zero is not drawn; compare the two with --diff.';
    return this.#hasNegative ? [text] : [];
  }

  finish(): Omit<Payload, 'title' | 'types' | 'defaultType' | 'notes' | 'timeMs' | 'durationNs'> {
    const { parent, frame } = this.#stacks.toTable();
    const { node, labels, values } = this.#rows.finish(frame.length, this.#labelSets.length);
    const functions: PayloadFunctions = this.#functions;
    return {
      functions,
      ownFolder: ownFolderOf(functions.name.map((_, fn) => factsOf(functions, fn))),
      labelSets: this.#labelSets,
      parent,
      fn: frame,
      sampleNode: node,
      sampleLabels: labels,
      values: values.slice(0, this.#types),
      baseValues: values.slice(this.#types),
    };
  }

  #idOfFunction(frame: Frame): number {
    const name = frame.name !== '' ? frame.name : (frame.systemName ?? '') || toHex(frame.address);
    const id = `${name}\n${frame.file}\n${frame.file === '' ? frame.module : ''}\n${this.#startOf(name, frame)}`;
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

  /**
   * Functions of one name are told apart by where they begin; by column too where a bundler put all into one line. But compared,
   * a function is the same though lines above it came or went, unless it has no name.
   */
  #startOf(name: string, { line, startLine, column }: Frame): string {
    const isNameless = name === '(anonymous)' || name === '(unknown)';
    if (this.#compares && !isNameless) return '';
    const isWhole = startLine === line;
    return `${startLine || (isNameless ? line : 0)}:${isWhole ? column : 0}`;
  }

  #addStacks({ stacks }: Profile, functionOf: readonly number[]): Int32Array {
    const { parent, frame } = stacks;
    const nodeOf = new Int32Array(frame.length);
    for (let stack = 0; stack < frame.length; stack++) {
      const above = parent[stack] ?? -1;
      nodeOf[stack] = this.#stacks.child(above < 0 ? -1 : (nodeOf[above] ?? -1), functionOf[frame[stack] ?? 0] ?? 0);
    }
    return nodeOf;
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
}

function toHex(address: bigint | undefined): string {
  return address === undefined ? '(unknown)' : `0x${address.toString(16)}`;
}
