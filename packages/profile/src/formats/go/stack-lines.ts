import type { FrameFacts } from '../../build/profile-builder.ts';
import { broken, quote } from '../../errors.ts';
import { readWhole } from '../../numbers.ts';
import type { Label } from '../../profile.ts';
import type { Line } from '../../text.ts';
import { readGoLabels } from './labels.ts';

const ADDRESS = /^0x[0-9a-fA-F]{1,16}$/;
const LABELS = '# labels: {';

/** One stack of Go's text profiles (`debug=1`). */
export interface StackRecord {
  readonly line: number;
  readonly values: readonly bigint[];
  readonly labels: readonly Label[];
  /** Innermost first. */
  readonly frames: readonly FrameFacts[];
}

/**
 * The stacks of a text profile, from behind its head.
 * @param format As a person calls it, for errors.
 * @throws ProfileError on a line that is none of a record, its labels, its frames.
 */
export function* readRecords(lines: Iterable<Line>, format: string): Generator<StackRecord> {
  let open: StackRecord | undefined;
  let frames: FrameFacts[] = [];
  for (const line of lines) {
    if (line.text.trim() === '') continue;
    if (!line.text.startsWith('#')) {
      if (open) yield withFrames(open, frames);
      open = readHead(line, format);
      frames = [];
    } else if (!open) throw broken(format, `line ${line.number}`, 'a frame before any stack');
    else if (line.text.startsWith(LABELS)) open = { ...open, labels: readLabels(line, format) };
    else frames.push(readFrame(line, format));
  }
  if (open) yield withFrames(open, frames);
}

/** Without symbols (a stripped binary) there are only the addresses. */
function withFrames(record: StackRecord, frames: readonly FrameFacts[]): StackRecord {
  return frames.length > 0 ? { ...record, frames } : record;
}

/** `12 3 @ 0x47e2ee 0x41491c`: values, then the addresses of a stack, innermost first. */
function readHead({ text, number }: Line, format: string): StackRecord {
  const [before = '', after, ...more] = text.split('@');
  const values = before.trim().split(' ').map(readWhole);
  const addresses = after?.trim().split(' ') ?? [];
  const known = values.filter((value) => value !== undefined);
  if (after === undefined || more.length > 0 || known.length < values.length) {
    throw broken(format, `line ${number}`, `${quote(text)}, which is no stack,`);
  }
  const frames = addresses
    .filter((address) => address !== '')
    .map((address) => ({ name: '', address: readAddress(address, number, format) }));
  return { line: number, values: known, labels: [], frames };
}

function readAddress(text: string, number: number, format: string): bigint {
  if (!ADDRESS.test(text)) throw broken(format, `line ${number}`, `${quote(text)}, which is no address,`);
  return BigInt(text);
}

/** `#\t0x4de49e\tmain.work+0x1e\t/src/main.go:62`, padded with tabs; a frame without a name ends after its address. */
function readFrame({ text, number }: Line, format: string): FrameFacts {
  const [, address = '', called = '', place = ''] = text.split('\t').filter((column) => column !== '');
  const facts = { name: '', address: readAddress(address.trim(), number, format) };
  if (called === '') return facts;
  const plus = called.lastIndexOf('+0x');
  const colon = place.lastIndexOf(':');
  const line = readWhole(place.slice(colon + 1).trim());
  if (plus < 0 || colon < 0 || line === undefined) {
    throw broken(format, `line ${number}`, `${quote(text)}, which is no frame,`);
  }
  return { ...facts, name: called.slice(0, plus), file: place.slice(0, colon), line: Number(line) };
}

function readLabels({ text, number }: Line, format: string): readonly Label[] {
  const trimmed = text.trimEnd();
  const labels = trimmed.endsWith('}') ? readGoLabels(trimmed.slice(LABELS.length, -1)) : undefined;
  if (!labels) throw broken(format, `line ${number}`, 'labels that Go did not write');
  return labels;
}
