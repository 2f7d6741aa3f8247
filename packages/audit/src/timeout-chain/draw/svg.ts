import type { ChainReport } from '../audit-chain.ts';
import { escapeMarkup, LEGEND, type Row, rowsOf } from './rows.ts';

const WIDTH = 960;
const MARGIN = 24;
const HOP_HEIGHT = 82;
const GAP = 28;
const BAR_HEIGHT = 16;
const BAR_STEP = 24;
/** Hops in one row of boxes; more go on below. */
const MOST_IN_ROW = 5;
/** Signs that fit into a px: of names, and of what stands below them. */
const SIGNS_PER_PX = 1 / 7.5;
const DIM_SIGNS_PER_PX = 1 / 6.2;

const STYLE = `text{font:13px system-ui,sans-serif;fill:#1c2430}.dim{fill:#5b6675;font-size:11px}.box{fill:#f4f6f9;stroke:#b9c2cf}.in{fill:#2f7fb8}.over{fill:#c8372d}.line{stroke:#7c8899;fill:none}.bg{fill:#fff}.none{fill:none;stroke:#c98a12;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#e6eaf0}.dim{fill:#9aa6b5}.box{fill:#1d2530;stroke:#465263}.bg{fill:#12171e}.in{fill:#4a9fd8}.over{fill:#e5645b}}`;

/** The chains as one self-contained picture: hops left to right, below them how long each waits, one bar inside the other. */
export function drawChainSvg(report: ChainReport): string {
  const { drawn, left } = rowsOf(report);
  let y = MARGIN;
  const parts: string[] = [];
  for (const rows of drawn) {
    const { markup, height } = drawChain(rows, y);
    parts.push(markup);
    y += height + GAP;
  }
  if (drawn.length > 0) {
    parts.push(legend(y));
    y += GAP + 10;
  }
  if (left > 0) {
    parts.push(`<text class="dim" x="${MARGIN}" y="${y}">${left} more chains are not drawn</text>`);
    y += GAP;
  }
  if (drawn.length === 0) {
    parts.push(`<text x="${MARGIN}" y="${y + 12}">No hop was found.</text>`);
    y += GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Timeout chain"><style>${STYLE}</style><rect class="bg" width="100%" height="100%"/>${parts.join('')}</svg>\n`;
}

function legend(y: number): string {
  const beyond = MARGIN + 260;
  return `<rect class="in" x="${MARGIN}" y="${y}" width="22" height="11" rx="2"/><text class="dim" x="${MARGIN + 30}" y="${y + 10}">${escapeMarkup(LEGEND.inside)}</text><rect class="over" x="${beyond}" y="${y}" width="22" height="11" rx="2"/><text class="dim" x="${beyond + 30}" y="${y + 10}">${escapeMarkup(LEGEND.beyond)}</text><text class="dim" x="${MARGIN}" y="${y + 28}">${escapeMarkup(LEGEND.bars)}</text>`;
}

function drawChain(rows: readonly Row[], top: number): { markup: string; height: number } {
  const perRow = Math.min(MOST_IN_ROW, rows.length);
  const width = (WIDTH - 2 * MARGIN - (perRow - 1) * GAP) / perRow;
  const boxes = rows.map((row, index) => drawHop(row, index, perRow, width, top));
  const lines = Math.ceil(rows.length / MOST_IN_ROW);
  const barsTop = top + lines * (HOP_HEIGHT + GAP);
  const bars = rows.map((row, index) => drawBar(row, barsTop + index * BAR_STEP));
  return { markup: boxes.join('') + bars.join(''), height: lines * (HOP_HEIGHT + GAP) + rows.length * BAR_STEP };
}

function drawHop(row: Row, index: number, perRow: number, width: number, top: number): string {
  const column = index % perRow;
  const x = MARGIN + column * (width + GAP);
  const y = top + Math.floor(index / perRow) * (HOP_HEIGHT + GAP);
  const arrow =
    column > 0 ? `<path class="line" d="M${x - GAP + 3} ${y + HOP_HEIGHT / 2}h${GAP - 8}m-6 -4l6 4l-6 4"/>` : '';
  const fits = Math.floor((width - 20) * SIGNS_PER_PX);
  const dimFits = Math.floor((width - 20) * DIM_SIGNS_PER_PX);
  const line = (text: string, nth: number) => `<text class="dim" x="${x + 10}" y="${y + 20 + nth * 17}">${text}</text>`;
  const below = [
    short([row.role, row.waits].filter((part) => part !== '').join(' · '), dimFits),
    short(row.setting, dimFits),
    // Of a path the end tells files apart.
    ending(row.place, dimFits),
  ];
  return `<g><title>${escapeMarkup([row.name, row.place, row.setting, ...row.others].join('\n'))}</title>${arrow}<rect class="box" x="${x}" y="${y}" width="${width}" height="${HOP_HEIGHT}" rx="6"/><text x="${x + 10}" y="${y + 20}">${short(row.name, fits)}</text>${below.map((text, index) => line(text, index + 1)).join('')}</g>`;
}

function drawBar(row: Row, y: number): string {
  const left = MARGIN + 240;
  const room = WIDTH - left - MARGIN - 70;
  const inside = Math.max(row.inside > 0 ? 2 : 0, row.inside * room);
  const beyond = row.beyond * room;
  const bar =
    row.waits === 'no limit' || row.waits === 'unknown'
      ? `<rect class="none" x="${left}" y="${y}" width="${room}" height="${BAR_HEIGHT}" rx="2"/>`
      : `<rect class="in" x="${left}" y="${y}" width="${inside}" height="${BAR_HEIGHT}" rx="2"/><rect class="over" x="${left + inside}" y="${y}" width="${beyond}" height="${BAR_HEIGHT}" rx="2"/>`;
  const value = row.waits === 'no limit' || row.waits === 'unknown' ? room : inside + beyond;
  return `<text x="${MARGIN}" y="${y + 13}">${short(row.name, 32)}</text>${row.waits === '' ? '' : bar}<text class="dim" x="${left + (row.waits === '' ? 0 : value + 6)}" y="${y + 12}">${escapeMarkup(row.waits)}</text>`;
}

function short(text: string, signs: number): string {
  return escapeMarkup(text.length > signs ? `${text.slice(0, Math.max(1, signs - 1))}…` : text);
}

function ending(text: string, signs: number): string {
  return escapeMarkup(text.length > signs ? `…${text.slice(text.length - Math.max(1, signs - 1))}` : text);
}
