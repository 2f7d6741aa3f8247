import { tooLarge } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Frame, Label, Mapping, Profile } from '../profile.ts';
import { Int32Column, lengthen } from './columns.ts';
import { LabelSets } from './label-sets.ts';
import { StackTree } from './stack-tree.ts';

/** What a profile says beside its samples; what is left out is not known. */
export type ProfileHeader = Pick<Profile, 'sampleTypes'> &
  Partial<Omit<Profile, 'sampleTypes' | 'frames' | 'stacks' | 'samples' | 'labelSets'>>;

/** A frame as its maker knows it; what is left out is not known. */
export type FrameFacts = Pick<Frame, 'name'> & Partial<Omit<Frame, 'name'>>;

/**
 * Makes a profile frame by frame and sample by sample; equal frames, stacks and label sets become one.
 * @example
 * const builder = new ProfileBuilder({ sampleTypes: [{ type: 'samples', unit: 'count' }] });
 * const main = builder.stack(-1, builder.frame({ name: 'main' }));
 * builder.sample(builder.stack(main, builder.frame({ name: 'work' })), [1]);
 * const profile = builder.build();
 */
export class ProfileBuilder {
  readonly #header: ProfileHeader;
  readonly #frames: Frame[] = [];
  readonly #frameIds = new Map<string, number>();
  readonly #mappingIds = new Map<Mapping, number>();
  readonly #stacks = new StackTree();
  readonly #labelSets = new LabelSets();
  readonly #stackColumn = new Int32Column('samples', LIMITS.samples);
  readonly #labelColumn = new Int32Column('samples', LIMITS.samples);
  #values = new BigInt64Array(0);
  #times: Float64Array | undefined;

  constructor(header: ProfileHeader) {
    this.#header = header;
  }

  /** Index of the frame. @throws ProfileError when there are more than LIMITS.frames. */
  frame(facts: FrameFacts): number {
    const frame: Frame = { ...UNKNOWN_FRAME, ...facts };
    const key = this.#keyOf(frame);
    const known = this.#frameIds.get(key);
    if (known !== undefined) return known;
    if (this.#frames.length >= LIMITS.frames) throw tooLarge('frames', LIMITS.frames, 'take a shorter profile');
    this.#frameIds.set(key, this.#frames.length);
    return this.#frames.push(frame) - 1;
  }

  /** Index of the stack where `frame` was called from stack `parent` (−1: it is the outermost). */
  stack(parent: number, frame: number): number {
    return this.#stacks.child(parent, frame);
  }

  /**
   * @param stack −1: none.
   * @param values One per sample type; integers.
   * @param at Nanoseconds since the profile's time; for all samples or for none.
   */
  sample(stack: number, values: readonly (number | bigint)[], labels: readonly Label[] = [], at?: number): void {
    const index = this.#stackColumn.length;
    const types = this.#header.sampleTypes.length;
    if ((index + 1) * types > this.#values.length) this.#growValues(types);
    for (let type = 0; type < types; type++) this.#values[index * types + type] = BigInt(values[type] ?? 0);
    this.#stackColumn.push(stack);
    this.#labelColumn.push(this.#labelSets.add(labels));
    if (at === undefined) return;
    let times = this.#times ?? new Float64Array(0);
    while (index >= times.length) times = lengthen(times, (length) => new Float64Array(length));
    times[index] = at;
    this.#times = times;
  }

  build(): Profile {
    const types = this.#header.sampleTypes.length;
    const count = this.#stackColumn.length;
    return {
      defaultType: Math.max(0, types - 1),
      time: 0n,
      duration: 0n,
      period: 0n,
      comments: [],
      mappings: [],
      ...this.#header,
      frames: this.#frames,
      stacks: this.#stacks.toTable(),
      samples: {
        stack: this.#stackColumn.toArray(),
        values: this.#values.slice(0, count * types),
        labels: this.#labelColumn.toArray(),
        ...(this.#times && { at: this.#times.slice(0, count) }),
      },
      labelSets: this.#labelSets.sets,
    };
  }

  #growValues(types: number): void {
    if (this.#values.length > LIMITS.values) throw tooLarge('values', LIMITS.values, 'take a shorter profile');
    while (this.#values.length < (this.#stackColumn.length + 1) * types) {
      this.#values = lengthen(this.#values, (length) => new BigInt64Array(length));
    }
  }

  #keyOf(frame: Frame): string {
    let mapping = 0;
    if (frame.mapping) {
      mapping = this.#mappingIds.get(frame.mapping) ?? this.#mappingIds.size + 1;
      this.#mappingIds.set(frame.mapping, mapping);
    }
    const numbers = `${frame.line}:${frame.column}:${frame.startLine}:${frame.inlined}:${frame.address}:${frame.folded}:${mapping}`;
    return [numbers, frame.name, frame.systemName ?? '\0', frame.file, frame.module].join('\0');
  }
}

const UNKNOWN_FRAME: Frame = { name: '', file: '', line: 0, column: 0, startLine: 0, module: '', inlined: false };
