import type { Profile, SampleType } from '../../profile.ts';
import type { Format } from '../format.ts';
import { type Outline, outlineProfile, type Spans } from './outline.ts';
import { readSamples } from './samples.ts';
import { Strings } from './strings.ts';
import { readSymbols } from './symbols.ts';
import { BYTES, VARINT, Wire } from './wire.ts';

/** What Go, and by now most profilers, write: gzipped protobuf, here without the gzip. */
export const pprof: Format = { id: 'pprof', sniff: looksLikePprof, parse: decodePprof };

/**
 * Decodes pprof protobuf, not compressed: github.com/google/pprof/proto/profile.proto.
 * @throws ProfileError when it is damaged, contradicts itself or exceeds LIMITS.
 */
function decodePprof(bytes: Uint8Array): Profile {
  const outline = outlineProfile(bytes);
  const strings = new Strings(bytes, outline.strings);
  const symbols = readSymbols(bytes, outline, strings);
  const sampleTypes = readTypes(bytes, outline.sampleTypes, strings);
  return {
    sampleTypes,
    ...readDefault(sampleTypes, strings.get(outline.defaultType, 'the default sample type')),
    frames: symbols.frames,
    ...readSamples({ bytes, outline, strings, symbols }),
    mappings: symbols.mappings,
    ...readHeader(bytes, outline, strings),
  };
}

function readTypes(bytes: Uint8Array, spans: Spans, strings: Strings): SampleType[] {
  return [...spans.open(bytes)].map((wire) => {
    let type = 0;
    let unit = 0;
    while (wire.next()) {
      if (wire.field > 2) continue;
      wire.expect(VARINT, 'a sample type field');
      if (wire.field === 1) type = wire.signed();
      else unit = wire.signed();
    }
    return { type: strings.get(type, 'a sample type'), unit: strings.get(unit, 'a sample type') };
  });
}

/** As `go tool pprof` has it: a name that no type has, or none, means the last. */
function readDefault(types: readonly SampleType[], name: string): Pick<Profile, 'defaultType' | 'defaultImplied'> {
  const named = name === '' ? -1 : types.findIndex(({ type }) => type === name);
  return named < 0 ? { defaultType: Math.max(0, types.length - 1), defaultImplied: true } : { defaultType: named };
}

function readHeader(bytes: Uint8Array, outline: Outline, strings: Strings) {
  const periodType = readTypes(bytes, outline.periodTypes, strings).at(-1);
  const dropFrames = strings.get(outline.dropFrames, 'drop_frames');
  const keepFrames = strings.get(outline.keepFrames, 'keep_frames');
  const docUrl = strings.get(outline.docUrl, 'doc_url');
  return {
    time: outline.time,
    duration: outline.duration,
    period: outline.period,
    ...(periodType && (periodType.type !== '' || periodType.unit !== '') && { periodType }),
    comments: Array.from(outline.comments.toArray(), (index) => strings.get(index, 'a comment')),
    ...(dropFrames !== '' && { dropFrames }),
    ...(keepFrames !== '' && { keepFrames }),
    ...(docUrl !== '' && { docUrl }),
  };
}

/** Kinds of the top-level fields from number 1 on; comments (13) may be either. */
const ANY = -1;
const TABLES = [BYTES, BYTES, BYTES, BYTES, BYTES, BYTES];
const KINDS = [ANY, ...TABLES, VARINT, VARINT, VARINT, VARINT, BYTES, VARINT, ANY, VARINT, VARINT];
const FIELDS_SNIFFED = 4;

/** Whether the first fields could be a profile's: known numbers of the right kind, each inside the file or the last. */
function looksLikePprof(bytes: Uint8Array): boolean {
  const wire = new Wire(bytes);
  for (let i = 0; i < FIELDS_SNIFFED && wire.position < bytes.length; i++) {
    const tag = bytes[wire.position] ?? 0;
    const kind = KINDS[tag >> 3];
    const found = tag & 7;
    // Packed or not. Any other kind is text: `main;` reads as a comment of kind 5.
    const fits = kind === ANY ? found === VARINT || found === BYTES : kind === found;
    if (tag < 8 || !fits) return false;
    try {
      wire.next();
    } catch {
      // Cut off, or a length bit flipped: ours if anything before it was.
      return i > 0;
    }
  }
  return bytes.length > 0;
}
