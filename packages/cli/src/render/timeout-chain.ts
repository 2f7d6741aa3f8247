import {
  boundOf,
  type ChainReport,
  type Hop,
  markOf,
  showLimit,
  shownTimeout,
  type Timeout,
} from '@holdup/audit/chain';
import { type Line, paintLines, type RenderOptions, type Segment, type Style, styleOf, wrapBehind } from './style.ts';
import { columnsOf, cut, padEnd } from './text.ts';

/** Chains drawn; what more of them hold is in the findings all the same. */
const MOST_DRAWN = 6;
/** Hops named that stand alone. */
const MOST_ALONE = 8;
const INDENT = '  ';
const NAME_COLUMNS = 26;
/** Signs of a long name's end that are kept. */
const NAME_TAIL = 11;
const VALUE_COLUMNS = 10;
/** A bar's shortest form that can still be seen. */
const LEAST_BAR = 1;
/** Beside a bar, the timeouts a reader asks for next. */
const ALSO: readonly Timeout['kind'][] = ['acquire', 'statement', 'keepalive', 'upstream-keepalive', 'probe', 'grace'];

/** The chains from the outermost hop to the innermost: how long each waits, as bars on one scale, and what was assumed. */
export function renderTimeoutChains({ chains, notes, notUnderstood }: ChainReport, options: RenderOptions): string {
  const style = styleOf(options);
  const drawn = chains.filter((chain) => chain.length > 1);
  const shown = (drawn.length > 0 ? drawn : chains).slice(0, MOST_DRAWN);
  const blocks = shown.map((chain, index) => paintLines(renderChain(chain, index + 1, shown.length, style), style));
  const left = (drawn.length > 0 ? drawn : chains).length - shown.length;
  const alone = drawn.length > 0 ? chains.filter((chain) => chain.length === 1).map(([hop]) => hop?.name ?? '') : [];
  const said = [
    ...(left > 0 ? [`${left} more chains are not drawn; --json has them`] : []),
    ...(alone.length > 0
      ? [`joined to nothing: ${alone.slice(0, MOST_ALONE).join(', ')}${alone.length > MOST_ALONE ? ', …' : ''}`]
      : []),
    ...notes,
    ...notUnderstood.map(({ setting, place }) => `not understood: ${setting} (${place.file}:${place.line})`),
  ];
  const remarks = said.flatMap((text) =>
    wrapBehind({ text: `${style.glyphs.bullet} `, paint: style.colors.dim }, style.clean(text), style),
  );
  if (remarks.length > 0) blocks.push(paintLines(remarks, style));
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n\n`;
}

function renderChain(chain: readonly Hop[], nth: number, of: number, style: Style): Line[] {
  const bounds = chain.map((hop) => {
    const ms = shownTimeout(hop)?.ms;
    return typeof ms === 'number' ? ms : undefined;
  });
  const scale = Math.max(1, ...bounds.map((ms) => ms ?? 0));
  const title = of > 1 ? `Timeout chain ${nth} of ${of}, outermost first` : 'Timeout chain, outermost first';
  let budget: number | undefined;
  const lines: Line[] = [[{ text: title, paint: style.colors.bold }]];
  for (const [index, hop] of chain.entries()) {
    const ms = bounds[index];
    lines.push(renderHop(hop, ms, budget, scale, style));
    const also = describeOthers(hop, style);
    if (also !== '') lines.push(...wrapBehind({ text: `${INDENT}${INDENT}` }, also, style, style.colors.dim));
    // Waiting for a connection is over when a statement begins: only what ends an exchange is a budget.
    const bound = boundOf(hop)?.ms;
    if (bound !== undefined) budget = Math.min(budget ?? bound, bound);
  }
  return lines;
}

function renderHop(hop: Hop, ms: number | undefined, budget: number | undefined, scale: number, style: Style): Line {
  const name = padEnd(shortName(style.clean(hop.name), style.glyphs.ellipsis), NAME_COLUMNS);
  const head: Segment[] = [{ text: `${INDENT}${name} `, paint: style.colors.bold }];
  if (ms === undefined) {
    const text = waitsOf(hop);
    return [...head, { text, paint: text === 'no limit' ? style.colors.yellow : style.colors.dim }];
  }
  const value = showLimit(ms).padStart(VALUE_COLUMNS);
  const room = Math.max(4, style.width - columnsOf(INDENT) - NAME_COLUMNS - 1 - VALUE_COLUMNS - 1);
  const columns = Math.max(LEAST_BAR, Math.round((ms / scale) * room));
  const inside =
    budget === undefined ? columns : Math.min(columns, Math.max(LEAST_BAR, Math.round((budget / scale) * room)));
  const [full = '#', over = '='] = [style.glyphs.fills[0], style.glyphs.fills[2]];
  return [
    ...head,
    { text: `${value} `, ...(budget !== undefined && ms > budget ? { paint: style.colors.red } : {}) },
    { text: full.repeat(inside), paint: style.colors.cyan },
    { text: over.repeat(columns - inside), paint: style.colors.red },
  ];
}

/** Left out in the middle: what tells the routes of one host apart stands at the end. */
function shortName(name: string, ellipsis: string): string {
  if (columnsOf(name) <= NAME_COLUMNS) return name;
  const tail = [...name].slice(-NAME_TAIL).join('');
  return cut(name, NAME_COLUMNS - columnsOf(tail), ellipsis) + tail;
}

function waitsOf(hop: Hop): string {
  const shown = shownTimeout(hop);
  if (shown?.ms === 'none') return 'no limit';
  if (shown) return 'unknown';
  return hop.role === 'server' ? 'does not limit its handlers' : '';
}

function describeOthers(hop: Hop, style: Style): string {
  const decides = shownTimeout(hop);
  const bound = decides ? `${decides.setting}${markOf(decides)}` : '';
  const others = ALSO.flatMap((kind) => {
    const timeout =
      hop.timeouts.find((it) => it.kind === kind && it.source === 'set') ?? hop.timeouts.find((it) => it.kind === kind);
    return timeout && timeout !== decides ? [`${kind} ${showLimit(timeout.ms)}${markOf(timeout)}`] : [];
  });
  const retries = hop.retries ? [`retries ${hop.retries.count}`] : [];
  return style.clean([bound, ...retries, ...others].filter((part) => part !== '').join(' · '));
}
