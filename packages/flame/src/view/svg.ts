/** A box of the picture. */
export interface SvgBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fill: string;
  readonly label: string;
  /** All about it, shown when the mouse rests on it. */
  readonly title: string;
}

export interface SvgPicture {
  readonly title: string;
  readonly width: number;
  readonly rows: number;
  readonly rowPx: number;
  readonly background: string;
  readonly text: string;
  readonly boxes: readonly SvgBox[];
}

const HEAD_PX = 28;
const PADDING_PX = 4;
/** Mean width of a letter at 11 pixels, generous: text that is too long would run into the next box. */
const LETTER_PX = 6.3;

/** The picture as SVG: a still one, every text escaped, no script. */
export function writeSvg({ title, width, rows, rowPx, background, text, boxes }: SvgPicture): string {
  const height = HEAD_PX + rows * rowPx + PADDING_PX;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">
<rect width="100%" height="100%" fill="${escapeXml(background)}"/>
<text x="${PADDING_PX}" y="18" font-size="13" fill="${escapeXml(text)}">${escapeXml(title)}</text>
${boxes.map((box) => writeBox(box, rowPx, text)).join('\n')}
</svg>
`;
}

function writeBox({ x, y, width, fill, label, title }: SvgBox, rowPx: number, text: string): string {
  const letters = Math.floor((width - 2 * PADDING_PX) / LETTER_PX);
  const shown = label.length <= letters ? label : letters < 3 ? '' : `${label.slice(0, letters - 1)}…`;
  const top = HEAD_PX + y;
  const rect = `<rect x="${x.toFixed(2)}" y="${top}" width="${Math.max(0.3, width - 0.5).toFixed(2)}" height="${rowPx - 1}" fill="${escapeXml(fill)}"/>`;
  const words =
    shown === ''
      ? ''
      : `<text x="${(x + PADDING_PX).toFixed(2)}" y="${top + rowPx * 0.68}" fill="${escapeXml(text)}">${escapeXml(shown)}</text>`;
  return `<g><title>${escapeXml(title)}</title>${rect}${words}</g>`;
}

/** XML takes no control characters and no half of a surrogate pair, escaped or not. */
function escapeXml(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
