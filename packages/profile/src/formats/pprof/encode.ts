import type { Frame, Label, Mapping, Profile, SampleType } from '../../profile.ts';
import { TIME_LABEL } from './labels.ts';
import { LocationTable } from './locations.ts';
import { Writer } from './write.ts';

/**
 * Encodes a profile as pprof protobuf, not compressed; `gzip` it, as every reader expects. `go tool pprof -raw` shows the same of
 * it as of the file it was read from.
 */
export function encodePprof(profile: Profile): Uint8Array {
  return new Encoder(profile).encode();
}

/** Distinct strings in the order they were first asked for; the empty one is first. */
class StringTable {
  readonly texts: string[] = [''];
  readonly #ids = new Map<string, number>([['', 0]]);
  #otherEmpty = 0;

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** For a label's text, where 0 says that it has a number: an empty text is a second empty entry. */
  idOfValue(text: string): number {
    if (text !== '') return this.id(text);
    if (this.#otherEmpty === 0) this.#otherEmpty = this.texts.push('') - 1;
    return this.#otherEmpty;
  }
}

class Encoder {
  readonly #profile: Profile;
  readonly #strings = new StringTable();
  readonly #locations: LocationTable;
  readonly #out = new Writer();
  readonly #inner = new Writer();
  readonly #line = new Writer();
  readonly #mappingIds: ReadonlyMap<Mapping, number>;
  readonly #functionIds = new Map<string, number>();

  constructor(profile: Profile) {
    this.#profile = profile;
    this.#locations = new LocationTable(profile);
    this.#mappingIds = new Map(profile.mappings.map((mapping, i) => [mapping, i + 1]));
  }

  encode(): Uint8Array {
    const profile = this.#profile;
    for (const type of profile.sampleTypes) this.#type(1, type);
    this.#samples();
    for (const mapping of profile.mappings) this.#mapping(mapping);
    const functions = new Writer();
    this.#locations.used.forEach((frames, i) => {
      this.#location(i + 1, frames, functions);
    });
    this.#out.raw(functions.written);
    this.#header();
    for (const text of this.#strings.texts) this.#out.text(6, text);
    return this.#out.written.slice();
  }

  #type(field: number, { type, unit }: SampleType): void {
    this.#inner.clear();
    this.#inner.number(1, this.#strings.id(type));
    this.#inner.number(2, this.#strings.id(unit));
    this.#out.bytes(field, this.#inner.written);
  }

  #samples(): void {
    const { samples, sampleTypes, labelSets, time } = this.#profile;
    const types = sampleTypes.length;
    const inner = this.#inner;
    const line = this.#line;
    const labelBytes = labelSets.map((set) => this.#labels(set));
    for (let i = 0; i < samples.stack.length; i++) {
      inner.clear();
      const path = this.#locations.path(samples.stack[i] ?? -1);
      if (path.length > 0) inner.bytes(1, path);
      line.clear();
      for (let type = 0; type < types; type++) line.varint64(samples.values[i * types + type] ?? 0n);
      inner.bytes(2, line.written);
      inner.raw(labelBytes[samples.labels[i] ?? 0] ?? NO_BYTES);
      if (samples.at) this.#label(inner, { key: TIME_LABEL, value: time + BigInt(Math.round(samples.at[i] ?? 0)) });
      this.#out.bytes(2, inner.written);
    }
  }

  #labels(set: readonly Label[]): Uint8Array {
    this.#inner.clear();
    for (const label of set) this.#label(this.#inner, label);
    return this.#inner.written.slice();
  }

  #label(into: Writer, { key, value, unit }: Label): void {
    this.#line.clear();
    this.#line.number(1, this.#strings.id(key));
    if (typeof value === 'string') this.#line.number(2, this.#strings.idOfValue(value));
    else {
      this.#line.bigint(3, value);
      this.#line.number(4, this.#strings.id(unit ?? ''));
    }
    into.bytes(3, this.#line.written);
  }

  #mapping(mapping: Mapping): void {
    const inner = this.#inner;
    inner.clear();
    inner.number(1, this.#mappingIds.get(mapping) ?? 0);
    inner.bigint(2, mapping.start);
    inner.bigint(3, mapping.limit);
    inner.bigint(4, mapping.offset);
    inner.number(5, this.#strings.id(mapping.file));
    inner.number(6, this.#strings.id(mapping.buildId));
    inner.flag(7, mapping.hasFunctions);
    inner.flag(8, mapping.hasFilenames);
    inner.flag(9, mapping.hasLineNumbers);
    inner.flag(10, mapping.hasInlineFrames);
    this.#out.bytes(3, inner.written);
  }

  /** @param frames Outermost first; the file has them innermost first. */
  #location(id: number, frames: readonly Frame[], functions: Writer): void {
    const base = frames[0];
    const lines = frames.filter(hasLine).map((frame) => ({ frame, fn: this.#function(frame, functions) }));
    const inner = this.#inner;
    inner.clear();
    inner.number(1, id);
    if (base?.mapping) inner.number(2, this.#mappingIds.get(base.mapping) ?? 0);
    inner.bigint(3, base?.address ?? 0n);
    for (const { frame, fn } of lines.reverse()) {
      this.#line.clear();
      this.#line.number(1, fn);
      this.#line.number(2, frame.line);
      this.#line.number(3, frame.column);
      inner.bytes(4, this.#line.written);
    }
    inner.flag(5, base?.folded ?? false);
    this.#out.bytes(4, inner.written);
  }

  /** Id of the frame's function; writes it when it is new. */
  #function(frame: Frame, functions: Writer): number {
    const systemName = frame.systemName ?? frame.name;
    const key = `${this.#strings.id(frame.name)}:${this.#strings.id(systemName)}:${this.#strings.id(frame.file)}:${frame.startLine}`;
    const known = this.#functionIds.get(key);
    if (known !== undefined) return known;
    const id = this.#functionIds.size + 1;
    this.#functionIds.set(key, id);
    const inner = this.#inner;
    inner.clear();
    inner.number(1, id);
    inner.number(2, this.#strings.id(frame.name));
    inner.number(3, this.#strings.id(systemName));
    inner.number(4, this.#strings.id(frame.file));
    inner.number(5, frame.startLine);
    functions.bytes(5, inner.written);
    return id;
  }

  #header(): void {
    const profile = this.#profile;
    const { defaultType, defaultImplied, sampleTypes, periodType } = profile;
    const out = this.#out;
    out.number(7, this.#strings.id(profile.dropFrames ?? ''));
    out.number(8, this.#strings.id(profile.keepFrames ?? ''));
    out.bigint(9, profile.time);
    out.bigint(10, profile.duration);
    if (periodType) this.#type(11, periodType);
    out.bigint(12, profile.period);
    this.#inner.clear();
    for (const comment of profile.comments) this.#inner.varint(this.#strings.id(comment));
    if (profile.comments.length > 0) out.bytes(13, this.#inner.written);
    if (!defaultImplied) out.number(14, this.#strings.id(sampleTypes[defaultType]?.type ?? ''));
    out.number(15, this.#strings.id(profile.docUrl ?? ''));
  }
}

const NO_BYTES = new Uint8Array(0);

/** A frame of which nothing but the address is known is a location without lines. */
function hasLine({ name, systemName, file, line, column, startLine }: Frame): boolean {
  return name !== '' || systemName !== undefined || file !== '' || line !== 0 || column !== 0 || startLine !== 0;
}
