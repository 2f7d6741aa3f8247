import { writeFolded } from '../src/view/folded.ts';
import { layOut } from '../src/view/layout.ts';
import { type SvgBox, writeSvg } from '../src/view/svg.ts';
import type { App } from './app.ts';
import { readPalette, toCss } from './draw/colors.ts';
import type { Pane } from './draw/pane.ts';
import { changeOfShare } from './explain.ts';
import { download } from './ui/dom.ts';
import { describeAmount } from './ui/numbers.ts';

const WIDTH_PX = 1200;
const ROW_PX = 18;

/** What is in sight as a picture, in light colours: it goes into documents. */
export function saveSvg(app: App): void {
  const palette = readPalette(false);
  const boxes = app.panes.all.flatMap((pane) => drawPane(app, pane, palette));
  const svg = writeSvg({
    title: app.model.payload.title,
    width: WIDTH_PX,
    rows: app.panes.rows,
    rowPx: ROW_PX,
    background: '#ffffff',
    text: '#1b1b1b',
    boxes,
  });
  download(`${fileName(app)}.svg`, 'image/svg+xml', [svg]);
}

function drawPane(app: App, pane: Pane, palette: ReturnType<typeof readPalette>): SvgBox[] {
  return layOut(pane.tree, pane.range, WIDTH_PX).flatMap(({ node, depth, x, width }): SvgBox[] => {
    if (!node || (pane.callers && depth === 0)) return [];
    const { name, place } = app.model.textOf(node.fn);
    const amount = describeAmount(app, node.now, node.before);
    const fill = app.model.compares
      ? palette.change(changeOfShare(app, node.now, node.before))
      : palette.frame(app.model.textOf(node.fn));
    const title = [name, place, amount].filter((part) => part !== '').join('\n');
    return [{ x, y: app.panes.rowOf(pane, depth) * ROW_PX, width, fill: toCss(fill), label: name, title }];
  });
}

/** All stacks under the zoomed box, or all there are, as the filter leaves them. */
export function saveFolded(app: App): void {
  const { view, path, zoom } = app.selection;
  const pane = view === 'down' && zoom > 0 ? app.panes.paneOf(false) : undefined;
  const within = new Set(pane ? pane.tree.follow(path.slice(0, zoom)).at : []);
  const { model, weighed } = app;
  const lines = [...writeFolded(model.tree, weighed.now.self, (fn) => model.factsOf(fn).name, within)];
  download(`${fileName(app)}.folded.txt`, 'text/plain', lines);
}

function fileName(app: App): string {
  return app.model.payload.title.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'flame';
}
