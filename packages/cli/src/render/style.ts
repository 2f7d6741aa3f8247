import pc from 'picocolors';
import { clean } from './clean.ts';
import { columnsOf, cut, wrap } from './text.ts';

export interface RenderOptions {
  /** Terminal columns; no line is longer. */
  readonly width: number;
  readonly color: boolean;
  /** False: only ASCII, for terminals that do not take UTF-8. Default true. */
  readonly unicode?: boolean;
}

export type Paint = (text: string) => string;

/** A stretch of one line in one colour. */
export interface Segment {
  readonly text: string;
  readonly paint?: Paint;
}

export type Line = readonly Segment[];

interface Glyphs {
  readonly ellipsis: string;
  readonly bullet: string;
  readonly separator: string;
  readonly branch: string;
  readonly late: string;
  readonly times: string;
  readonly range: string;
  readonly budget: string;
  readonly budgetLeft: string;
  readonly budgetRight: string;
  /** Bar fills, told apart without colour. */
  readonly fills: readonly string[];
  readonly fillOther: string;
  readonly fillUnattributed: string;
}

export interface Style {
  readonly width: number;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly color: boolean;
  readonly glyphs: Glyphs;
  /** Makes text from traffic safe for this terminal. */
  readonly clean: (text: string) => string;
}

/** Below this not even an account's name and its milliseconds fit on a line. */
const LEAST_WIDTH = 20;
/** Prose in longer lines is hard to read. */
const MOST_WIDTH = 100;
const DEFAULT_WIDTH = 80;

const UNICODE: Glyphs = {
  ellipsis: '…',
  bullet: '•',
  separator: '·',
  branch: '└─',
  late: '✗',
  times: '×',
  range: '–',
  budget: '│',
  budgetLeft: '╰',
  budgetRight: '╯',
  fills: ['█', '▓', '▒', '▞', '▄', '▖', '▘', '▝'],
  fillOther: '·',
  fillUnattributed: '░',
};

const ASCII: Glyphs = {
  ellipsis: '...',
  bullet: '*',
  separator: '-',
  branch: '`-',
  late: 'x',
  times: 'x',
  range: '-',
  budget: '|',
  budgetLeft: '^',
  budgetRight: '^',
  fills: ['#', '=', '+', '%', '*', 'o', '~', ':'],
  fillOther: '.',
  fillUnattributed: '?',
};

export function styleOf({ width, color, unicode = true }: RenderOptions): Style {
  return {
    width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.floor(width) || DEFAULT_WIDTH)),
    colors: pc.createColors(color),
    color,
    glyphs: unicode ? UNICODE : ASCII,
    clean: (text) => clean(text, unicode),
  };
}

/**
 * What a stream's terminal can show. Colour follows NO_COLOR and FORCE_COLOR, and is off for pipes and TERM=dumb;
 * Unicode follows the locale.
 */
export function terminalOptions(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Required<RenderOptions> {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const capable = stream.isTTY === true && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
  return {
    width: stream.columns || Number(env.COLUMNS) || DEFAULT_WIDTH,
    color: !env.NO_COLOR && (forced || capable),
    unicode: /utf-?8/i.test(locale) || env.WT_SESSION !== undefined,
  };
}

/** Paints lines; whatever is too long for the width is cut here at the latest. */
export function paintLines(lines: readonly Line[], style: Style): string {
  return lines.map((line) => paintLine(line, style)).join('\n');
}

function paintLine(line: Line, style: Style): string {
  let left = style.width;
  let painted = '';
  for (const { text, paint } of trimEnd(line)) {
    const fitting = cut(text, left, style.glyphs.ellipsis);
    left -= columnsOf(fitting);
    painted += paint && fitting !== '' ? paint(fitting) : fitting;
    if (fitting !== text) break;
  }
  return painted;
}

function trimEnd(line: Line): Line {
  const last = line.at(-1);
  return last ? [...line.slice(0, -1), { ...last, text: last.text.trimEnd() }] : line;
}

/** Wraps a text behind a prefix; later lines are indented to it. */
export function wrapBehind(prefix: Segment, text: string, style: Style, paint?: Paint): Line[] {
  const indent = columnsOf(prefix.text);
  return wrap(text, style.width - indent).map((part, at) => [
    at === 0 ? prefix : { text: ' '.repeat(indent) },
    paint ? { text: part, paint } : { text: part },
  ]);
}
