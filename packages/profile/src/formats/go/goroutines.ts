import { type FrameFacts, ProfileBuilder } from '../../build/profile-builder.ts';
import { broken, quote } from '../../errors.ts';
import { readWhole } from '../../numbers.ts';
import type { Label } from '../../profile.ts';
import { headOf, type Line, linesOf } from '../../text.ts';
import type { Format } from '../format.ts';
import { readGoLabels } from './labels.ts';

const SNIFF = /^goroutine \d+ [^\n]*\[[^\n]*\]:\r?$/m;
/** `goroutine 18 gp=0x… m=nil [chan send, 5 minutes, locked to thread]:` (runtime/traceback.go). */
const HEAD = /^goroutine (\d{1,19}) (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[(.*)\]:$/;
const CREATED = /^created by (.*?)(?: in goroutine (\d{1,19}))?$/;
const MINUTES = /^(\d{1,18}) minutes$/;
const ELIDED = /^\.\.\.(?:\d+ |additional )?frames elided\.\.\.$/;
const ANCESTORS = '[originating from goroutine ';
const FORMAT = 'Go goroutine dump';

interface Goroutine {
  readonly id: string;
  readonly labels: Label[];
  /** Innermost first. */
  readonly frames: FrameFacts[];
  /** A function whose place is on the next line; `created` when it made the goroutine. */
  waiting: { readonly name: string; readonly created: boolean } | undefined;
  /** What follows tells of other goroutines' past. */
  ended: boolean;
}

/**
 * `/debug/pprof/goroutine?debug=2`, and what a Go process writes when it panics or gets SIGQUIT. One sample per goroutine, with
 * labels `goroutine`, `state`, `wait` (whole minutes, absent below one), `created_by` and `created_in`, and its own.
 */
export const goGoroutines: Format = {
  id: 'go-goroutines',
  sniff: (bytes) => SNIFF.test(headOf(bytes)),
  parse(bytes) {
    const sampleType = { type: 'goroutine', unit: 'count' };
    const comments: string[] = [];
    const builder = new ProfileBuilder({ sampleTypes: [sampleType], periodType: sampleType, period: 1n, comments });
    let open: Goroutine | undefined;
    for (const line of linesOf(bytes, FORMAT)) {
      const opened = openGoroutine(line);
      if (open && (opened || line.text === '')) {
        addSample(builder, open);
        open = undefined;
      }
      if (opened) open = opened;
      else if (open && line.text !== '') readLine(line, open);
    }
    if (open) {
      // Go cuts its answer at 64 MB, anywhere.
      if (open.waiting) comments.push(`The dump is cut off in goroutine ${open.id}.`);
      addSample(builder, open);
    }
    return builder.build();
  },
};

function addSample(builder: ProfileBuilder, { frames, labels }: Goroutine): void {
  let stack = -1;
  for (const facts of frames.toReversed()) stack = builder.stack(stack, builder.frame(facts));
  builder.sample(stack, [1], labels);
}

function openGoroutine({ text, number }: Line): Goroutine | undefined {
  const match = text.startsWith('goroutine ') ? HEAD.exec(text) : null;
  if (!match) return undefined;
  const [, id = '', inside = ''] = match;
  const [status, own = ''] = cutAt(inside, ' labels:{');
  const [state = '', ...more] = status.split(', ');
  const minutes = more.map((part) => MINUTES.exec(part)?.[1]).find((found) => found !== undefined);
  const labels = own === '' ? [] : readGoLabels(own.replace(/\}$/, ''));
  if (!labels) throw broken(FORMAT, `line ${number}`, 'labels that Go did not write');
  return {
    id,
    labels: [
      { key: 'goroutine', value: BigInt(id) },
      { key: 'state', value: state.replace(/ \(scan\)$/, '') },
      ...(minutes === undefined ? [] : [{ key: 'wait', value: BigInt(minutes), unit: 'minutes' }]),
      ...(more.includes('locked to thread') ? [{ key: 'locked_to_thread', value: 'true' }] : []),
      ...labels,
    ],
    frames: [],
    waiting: undefined,
    ended: false,
  };
}

function cutAt(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function readLine({ text, number }: Line, open: Goroutine): void {
  if (open.ended) return;
  if (text.startsWith(ANCESTORS)) open.ended = true;
  else if (text.startsWith('\t')) readPlace(text, number, open);
  else if (ELIDED.test(text)) open.frames.push({ name: text });
  else if (text.startsWith('created by ')) {
    const [, name = '', creator] = CREATED.exec(text) ?? [];
    open.labels.push({ key: 'created_by', value: name });
    if (creator !== undefined) open.labels.push({ key: 'created_in', value: BigInt(creator) });
    open.waiting = { name, created: true };
  } else open.waiting = { name: withoutArguments(text), created: false };
}

/** `\t/src/main.go:62 +0x1f`, `\t_cgo_gotypes.go:40 +0x5 fp=0x… sp=0x… pc=0x…` */
function readPlace(text: string, number: number, open: Goroutine): void {
  const { waiting } = open;
  if (!waiting) {
    // A goroutine on another thread has no stack to show and says so in an indented line.
    if (!text.startsWith('\tgoroutine running on other thread')) {
      throw broken(FORMAT, `line ${number}`, `${quote(text)} without a function before it`);
    }
    return;
  }
  open.waiting = undefined;
  if (waiting.created) return;
  const space = text.lastIndexOf(' +0x');
  const place = space < 0 ? text.slice(1) : text.slice(1, space);
  const colon = place.lastIndexOf(':');
  const line = readWhole(place.slice(colon + 1));
  if (colon < 0 || line === undefined) {
    throw broken(FORMAT, `line ${number}`, `${quote(text)}, which is no file and line,`);
  }
  open.frames.push({ name: waiting.name, file: place.slice(0, colon), line: Number(line) });
}

/** `main.(*pool).take(0xc000, {0x1, 0x2})` → `main.(*pool).take`; what does not end in arguments stays. */
function withoutArguments(text: string): string {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')') depth++;
    else if (text[i] === '(' && --depth === 0) return text.slice(0, i);
    if (depth === 0) break;
  }
  return text;
}
