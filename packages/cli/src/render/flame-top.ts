import { changeOf, type FlameOptions, formatShare, formatValue, type TopRow, type TopTable } from '@holdup/flame';
import { type Line, paintLines, type RenderOptions, type Style, styleOf, wrapBehind } from './style.ts';
import { columnsOf, cut } from './text.ts';

/** Rows shown: as many as fit on two screens. */
const MOST_ROWS = 40;
/** Columns: in fewer, a place says nothing. */
const LEAST_PLACE = 10;
/** Lines about parked goroutines. */
const MOST_PARKED = 15;

/** The functions as a table no wider than the terminal. */
export function renderTop(table: TopTable, { title, base }: FlameOptions, options: RenderOptions): string {
  const style = styleOf(options);
  const { colors, clean } = style;
  const { type, unit, sum, sumBefore, rows, notes } = table;
  const shown = rows.slice(0, MOST_ROWS);
  const heading = clean(base ? `${title} compared with ${base.title}` : title);
  const was = sumBefore === undefined ? '' : ` ${clean('·')} before ${clean(formatValue(sumBefore, unit))}`;
  const lines: Line[] = [
    [
      { text: heading, paint: colors.bold },
      { text: `  ${clean(type)}: ${clean(formatValue(sum, unit))}${was}`, paint: colors.dim },
    ],
    ...notes.flatMap((note) => wrapBehind({ text: '' }, clean(note), style, colors.dim)),
    [],
  ];
  if (rows.length === 0) return paintLines([...lines, [{ text: emptyText(table) }]], style);
  lines.push([{ text: header(base !== undefined), paint: colors.dim }]);
  lines.push(...shown.map((row) => renderRow(row, table, style)));
  const left = rows.length - shown.length;
  if (left > 0)
    lines.push(
      [],
      [{ text: `${left.toLocaleString('en-US')} more; narrow them down with --focus`, paint: colors.dim }],
    );
  return paintLines([...lines, ...renderParked(table, style)], style);
}

/** gopark is where goroutines wait, not why: one line per reason and function that really waits. */
function renderParked({ parked, unit, sum }: TopTable, style: Style): Line[] {
  if (parked.length === 0) return [];
  const { clean, colors } = style;
  const left = parked.length - MOST_PARKED;
  return [
    [],
    [{ text: 'Parked (runtime.gopark), by who really waits' }],
    ...parked.slice(0, MOST_PARKED).map(({ amount, waiter, reason }): Line => {
      const figures =
        clean(formatValue(amount, unit)).padStart(AMOUNT) + clean(formatShare(amount, sum)).padStart(SHARE);
      return [
        { text: `${figures}  ` },
        { text: clean(waiter === '' ? 'the runtime itself' : waiter), paint: colors.bold },
        { text: `  ${clean(reason)}`, paint: colors.dim },
      ];
    }),
    ...(left > 0 ? [[{ text: `${left} more; --json has all`, paint: colors.dim }]] : []),
  ];
}

function emptyText({ type }: TopTable): string {
  return `No samples of ${type}. Nothing happened, or recording was off: it does not tell which.`;
}

const AMOUNT = 10;
const SHARE = 8;
const CHANGE = 10;

function header(compares: boolean): string {
  const change = compares ? 'change'.padStart(CHANGE) : '';
  return `${change}${'self'.padStart(AMOUNT)}${' '.repeat(SHARE)}${'total'.padStart(AMOUNT)}${' '.repeat(SHARE)}  function`;
}

function renderRow(row: TopRow, { unit, sum, sumBefore }: TopTable, style: Style): Line {
  const { clean, colors, glyphs } = style;
  const amount = (value: number): string =>
    clean(formatValue(value, unit)).padStart(AMOUNT) + clean(formatShare(value, sum)).padStart(SHARE);
  const points = sumBefore === undefined ? undefined : changeOf(row, sum, sumBefore) * 100;
  const change = points === undefined ? '' : `${points > 0 ? '+' : ''}${points.toFixed(1)} pt`.padStart(CHANGE);
  const figures = `${amount(row.self)}${amount(row.total)}  `;
  const room = style.width - columnsOf(change) - columnsOf(figures);
  const name = clean(row.name);
  const place = clean(row.explanation ?? row.place);
  const fitting = cut(name, room, glyphs.ellipsis);
  const hasRoom = room - columnsOf(fitting) >= LEAST_PLACE;
  return [
    { text: change, paint: points !== undefined && points > 0 ? colors.yellow : colors.cyan },
    { text: figures },
    { text: fitting, paint: colors.bold },
    { text: place !== '' && hasRoom ? `  ${place}` : '', paint: colors.dim },
  ];
}
