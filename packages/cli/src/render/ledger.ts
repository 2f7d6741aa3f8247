import type { VerdictJson } from '@holdup/model';
import { formatMs, formatShare } from './format.ts';
import type { Line, Paint, Segment, Style } from './style.ts';
import { columnsOf, padEnd } from './text.ts';

interface Slice {
  readonly label: string;
  readonly ms: number;
  readonly share: number;
  readonly resources: string;
  readonly fill: string;
  readonly paint: Paint;
}

interface Sum {
  readonly account: string;
  ms: number;
  share: number;
  readonly resources: Set<string>;
}

/** An account below this share of the wall time is folded into "other": it cannot have made the request late. */
const FOLD_BELOW_SHARE = 0.01;
/** Legend lines before folding starts whatever the share, so that the verdict fits a screen. */
const MOST_SLICES = 6;
/** A budget further off than this many wall times would leave the bar nothing but its start. */
const MOST_WALLS_TO_BUDGET = 2;
const INDENT = '  ';
/** Columns below which a resource's name says nothing. */
const LEAST_RESOURCE_COLUMNS = 10;

/** The ledger as one bar, the budget marked on it, and a legend. */
export function renderLedger(json: VerdictJson, style: Style): Line[] {
  const slices = sliceLedger(json, style);
  return [...renderBar(json, slices, style), ...renderLegend(slices, style)];
}

/** Sums per account, largest first; small ones in one slice; what is unattributed always by itself, last. */
function sliceLedger(json: VerdictJson, style: Style): Slice[] {
  const sums = new Map<string, Sum>();
  for (const { account, ms, share, resource } of json.ledger) {
    const sum = sums.get(account) ?? { account, ms: 0, share: 0, resources: new Set() };
    sum.ms += ms;
    sum.share += share;
    if (resource) sum.resources.add(style.clean(resource));
    sums.set(account, sum);
  }
  const known = [...sums.values()].filter(({ account }) => account !== 'unattributed').sort((a, b) => b.ms - a.ms);
  const large = known.filter(({ share }, at) => at < MOST_SLICES && share >= FOLD_BELOW_SHARE);
  const small = known.slice(large.length);
  // Folding one account would save no line and hide its name.
  const shown = small.length === 1 ? known : large;
  const slices = assignFills(shown, style);
  if (shown === large && small.length > 0) slices.push(foldSmall(small, style));
  const unattributed = sums.get('unattributed');
  if (unattributed) {
    slices.push(toSlice(unattributed, style.glyphs.fillUnattributed, style.colors.gray, style));
  }
  return slices;
}

/** Colours tell families apart, fills the accounts of one family; without colour fills tell all apart. */
function assignFills(sums: readonly Sum[], style: Style): Slice[] {
  const used = new Map<string, number>();
  return sums.map((sum) => {
    const family = style.color ? familyOf(sum.account) : 'all';
    const nth = used.get(family) ?? 0;
    used.set(family, nth + 1);
    const fill = style.glyphs.fills[nth % style.glyphs.fills.length] ?? '#';
    return toSlice(sum, fill, paintOf(sum.account, style), style);
  });
}

function toSlice(sum: Sum, fill: string, paint: Paint, style: Style): Slice {
  const { ms, share } = sum;
  return { label: style.clean(sum.account), ms, share, resources: [...sum.resources].join(', '), fill, paint };
}

function foldSmall(small: readonly Sum[], style: Style): Slice {
  return {
    label: `other (${small.length})`,
    ms: small.reduce((total, { ms }) => total + ms, 0),
    share: small.reduce((total, { share }) => total + share, 0),
    resources: small.map(({ account }) => style.clean(account)).join(', '),
    fill: style.glyphs.fillOther,
    paint: style.colors.gray,
  };
}

function familyOf(account: string): string {
  if (account.startsWith('db.')) return 'database';
  if (account.startsWith('http.')) return 'upstream';
  if (account.startsWith('client.')) return 'caller';
  if (account.startsWith('dns') || account === 'tcp' || account === 'tls') return 'network';
  if (account === 'cpu' || account === 'gc' || account.startsWith('loop.') || account.startsWith('threadpool'))
    return 'runtime';
  return 'other';
}

function paintOf(account: string, { colors }: Style): Paint {
  switch (familyOf(account)) {
    case 'database':
      return colors.magenta;
    case 'upstream':
      return colors.cyan;
    case 'caller':
      return colors.green;
    case 'network':
      return colors.blue;
    case 'runtime':
      return colors.yellow;
    default:
      return colors.white;
  }
}

function renderBar(json: VerdictJson, slices: readonly Slice[], style: Style): Line[] {
  const columns = style.width - 2 * INDENT.length;
  const budget = json.budgetMs ?? 0;
  const toBudget = budget > json.wallMs && budget <= json.wallMs * MOST_WALLS_TO_BUDGET;
  const scaleMs = toBudget ? budget : json.wallMs;
  if (scaleMs <= 0) return [];
  const cells = slices.flatMap((slice, at) => Array<Slice>(shareOut(slices, columns, scaleMs)[at] ?? 0).fill(slice));
  const mark = budget > 0 && budget <= scaleMs ? Math.min(columns - 1, Math.round((budget / scaleMs) * columns)) : -1;
  const bar: Segment[] = [{ text: INDENT }];
  for (let at = 0; at < Math.max(cells.length, mark + 1); at++) {
    const slice = cells[at];
    if (at === mark) bar.push({ text: style.glyphs.budget, paint: style.colors.bold });
    else bar.push(slice ? { text: slice.fill, paint: slice.paint } : { text: ' ' });
  }
  return mark < 0 ? [joinSegments(bar)] : [joinSegments(bar), renderMark(mark, budget, style)];
}

/** Whole columns per slice by largest remainder, so that the bar is exactly as long as the time. */
function shareOut(slices: readonly Slice[], columns: number, scaleMs: number): number[] {
  const exact = slices.map(({ ms }) => (ms / scaleMs) * columns);
  const whole = exact.map(Math.floor);
  const total = Math.min(columns, Math.round(exact.reduce((sum, part) => sum + part, 0)));
  const byRest = exact.map((part, at) => ({ at, rest: part % 1 })).sort((a, b) => b.rest - a.rest);
  for (const { at } of byRest.slice(0, Math.max(0, total - whole.reduce((sum, part) => sum + part, 0)))) {
    whole[at] = (whole[at] ?? 0) + 1;
  }
  return whole;
}

/** The budget's label under its mark, on the side where it fits. */
function renderMark(mark: number, budgetMs: number, style: Style): Line {
  const at = INDENT.length + mark;
  const label = `budget ${formatMs(budgetMs)}`;
  const room = at + 2 + label.length <= style.width;
  const text = room
    ? `${' '.repeat(at)}${style.glyphs.budgetLeft} ${label}`
    : `${' '.repeat(Math.max(0, at - label.length - 1))}${label} ${style.glyphs.budgetRight}`;
  return [{ text, paint: style.colors.dim }];
}

/** Neighbours of one colour as one segment: one escape sequence instead of one per column. */
function joinSegments(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (last && last.paint === segment.paint) joined[joined.length - 1] = { ...last, text: last.text + segment.text };
    else joined.push(segment);
  }
  return joined;
}

function renderLegend(slices: readonly Slice[], style: Style): Line[] {
  const labelColumns = Math.max(0, ...slices.map(({ label }) => columnsOf(label)));
  const msColumns = Math.max(0, ...slices.map(({ ms }) => ms.toFixed(1).length));
  return slices.map(({ label, ms, share, resources, fill, paint }) => {
    const numbers = `  ${ms.toFixed(1).padStart(msColumns)} ms  ${formatShare(share).padStart(6)}`;
    const left = style.width - INDENT.length - 2 - labelColumns - numbers.length - 2;
    return [
      { text: INDENT },
      { text: fill, paint },
      { text: ` ${padEnd(label, labelColumns)}${numbers}` },
      left >= LEAST_RESOURCE_COLUMNS ? { text: `  ${resources}`, paint: style.colors.dim } : { text: '' },
    ];
  });
}
