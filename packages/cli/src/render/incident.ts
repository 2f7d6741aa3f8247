import { formatClock, formatMs } from './format.ts';
import { type Line, paintLines, type RenderOptions, type Style, styleOf, wrapBehind } from './style.ts';
import { columnsOf, cut, padEnd } from './text.ts';

/** What the terminal shows of an incident. */
export interface IncidentView {
  readonly route: string;
  readonly cause: string;
  readonly culprit: string;
  readonly count: number;
  /** Wall time of the slowest. */
  readonly worstMs: number;
  /** Time beyond the budget, over all its requests. */
  readonly lateMs: number;
  /** Start of the first and of the last request, epoch milliseconds. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface Summary {
  readonly incidents: readonly IncidentView[];
  /** Too many or too long ago to be kept one by one. */
  readonly dropped: { readonly incidents: number; readonly requests: number };
  readonly ranMs: number;
}

/** Below this a row of four columns cannot hold a route. */
const LEAST_TABLE_WIDTH = 60;
const INDENT = '  ';

/** One line for an incident that goes on. Numbers first: they are what changed. */
export function renderIncidentLine(incident: IncidentView, options: RenderOptions): string {
  const style = styleOf(options);
  const { colors, glyphs } = style;
  const { route, cause, culprit } = cleaned(incident, style);
  const line: Line = [
    { text: `${glyphs.late} `, paint: colors.red },
    { text: `${incident.count}${glyphs.times} `, paint: colors.bold },
    { text: `${route}  ${cause}${culprit ? `: ${culprit}` : ''}` },
    { text: `  worst ${formatMs(incident.worstMs)}`, paint: colors.dim },
  ];
  return paintLines([line], style);
}

/** What happened over the whole run, the incident that cost most first. */
export function renderSummary({ incidents, dropped, ranMs }: Summary, options: RenderOptions): string {
  const style = styleOf(options);
  const total = incidents.reduce((sum, { count }) => sum + count, dropped.requests);
  const ran = `in ${formatMs(ranMs)}`;
  const what =
    total === 0
      ? `no late request diagnosed ${ran}`
      : `${plural(total, 'late request')} ${ran}, ${plural(incidents.length + dropped.incidents, 'incident')}`;
  const head = wrapBehind({ text: 'holdup: ', paint: style.colors.bold }, what, style);
  const rows = [...incidents].sort((a, b) => b.lateMs - a.lateMs || b.count - a.count);
  return paintLines([...head, ...renderTable(rows, style), ...renderDropped(dropped, style)], style);
}

function renderDropped({ incidents, requests }: Summary['dropped'], style: Style): Line[] {
  if (incidents === 0) return [];
  const text = `and ${plural(incidents, 'earlier incident')} with ${plural(requests, 'late request')}`;
  return wrapBehind({ text: INDENT }, text, style, style.colors.dim);
}

function renderTable(incidents: readonly IncidentView[], style: Style): Line[] {
  if (incidents.length === 0) return [];
  if (style.width < LEAST_TABLE_WIDTH) return incidents.flatMap((incident) => renderCard(incident, style));
  const rows = incidents.map((incident) => {
    const { route, cause } = cleaned(incident, style);
    const count = `${incident.count}${style.glyphs.times}`;
    return { incident, cells: [count, route, cause, formatMs(incident.worstMs), formatMs(incident.lateMs)] };
  });
  const header = ['', 'route', 'cause', 'worst', 'late in all'];
  const columns = header.map((name, at) =>
    Math.max(columnsOf(name), ...rows.map(({ cells }) => columnsOf(cells[at] ?? ''))),
  );
  const others = columns.reduce((sum, width, at) => (at === 1 ? sum : sum + width), 0) + 2 * columns.length;
  columns[1] = Math.max(10, Math.min(columns[1] ?? 0, style.width - others));
  const row = (cells: readonly string[]) =>
    cells.map((cell, at) => alignCell(cell, columns[at] ?? 0, at, style)).join('  ');
  return [
    [{ text: INDENT + row(header), paint: style.colors.dim }],
    ...rows.flatMap(({ incident, cells }) => [
      [{ text: INDENT + row(cells) }],
      ...renderDetail(incident, INDENT.length + (columns[0] ?? 0) + 2, style),
    ]),
  ];
}

function alignCell(cell: string, width: number, at: number, style: Style): string {
  const isNumber = at === 0 || at >= 3;
  const fitting = cut(cell, width, style.glyphs.ellipsis);
  return isNumber ? ' '.repeat(Math.max(0, width - columnsOf(fitting))) + fitting : padEnd(fitting, width);
}

/** Narrow terminals: one incident below the other. */
function renderCard(incident: IncidentView, style: Style): Line[] {
  const { route, cause } = cleaned(incident, style);
  const prefix = `${INDENT}${incident.count}${style.glyphs.times} `;
  const times = `worst ${formatMs(incident.worstMs)}, late ${formatMs(incident.lateMs)} in all`;
  const behind = { text: ' '.repeat(prefix.length) };
  return [
    ...wrapBehind({ text: prefix, paint: style.colors.bold }, route, style),
    ...wrapBehind(behind, cause, style),
    ...wrapBehind(behind, times, style),
    ...renderDetail(incident, prefix.length, style),
  ];
}

function renderDetail(incident: IncidentView, indent: number, style: Style): Line[] {
  const { culprit } = cleaned(incident, style);
  const [first, last] = [formatClock(incident.firstAtMs), formatClock(incident.lastAtMs)];
  const when = style.clean(first === last ? first : `${first}${style.glyphs.range}${last}`);
  const text = culprit ? `${culprit} ${style.glyphs.separator} ${when}` : when;
  return wrapBehind({ text: ' '.repeat(indent) }, text, style, style.colors.dim);
}

function cleaned({ route, cause, culprit }: IncidentView, style: Style) {
  return { route: style.clean(route), cause: style.clean(cause), culprit: style.clean(culprit) };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
