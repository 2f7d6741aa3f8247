import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { PageToOpen } from './pages.ts';

/** What a person waits for; undefined: it did not come, `failed` says why. */
export interface Shown {
  /** Milliseconds from the navigation to the first frame of the screen after the graph was drawn. */
  readonly firstPaintMs?: number;
  /** While zooming in and out for two seconds of frames. */
  readonly framesPerSecond?: number;
  readonly failed?: string;
}

/** Milliseconds a page may take to draw: nobody waits longer. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
const FRAMES = 120;
const TOO_LATE: Shown = { failed: `nothing within ${PATIENCE_MS / 1000} s` };

/** Notes the first frame after the first drawing of text or triangles, by whatever means the page draws. */
const WATCH_DRAWING = `
globalThis.benchPaint = 0;
const watch = (kind, names) => names.forEach((name) => {
  const draw = kind?.prototype[name];
  if (draw) kind.prototype[name] = function (...given) {
    if (!benchPaint) { benchPaint = -1; requestAnimationFrame(() => { benchPaint = performance.now(); }); }
    return draw.apply(this, given);
  };
});
watch(globalThis.CanvasRenderingContext2D, ['fillText']);
const triangles = ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced'];
watch(globalThis.WebGLRenderingContext, triangles);
watch(globalThis.WebGL2RenderingContext, triangles);`;

/** Lengths of frames, in milliseconds, while the largest canvas is zoomed. */
const zoomFrames = (zoom: PageToOpen['zoom']): string => `new Promise((resolve) => {
  const canvas = [...document.querySelectorAll('canvas')].sort((a, b) => b.width * b.height - a.width * a.height)[0];
  const { left, top, width } = canvas.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + 90, bubbles: true, cancelable: true };
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length > ${FRAMES}) return resolve(times.slice(1).map((time, i) => time - times[i]));
    if ('${zoom}' === 'wheel') canvas.dispatchEvent(new WheelEvent('wheel', { ...at, ctrlKey: true, deltaY: times.length % 60 < 30 ? -30 : 30 }));
    else if (times.length % 40 === 1) for (const type of ['mousedown', 'mouseup', 'click']) canvas.dispatchEvent(new MouseEvent(type, { ...at, clientY: top + 90 + times.length / 2 }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/** The browser is to be killed after: a page that hangs closes no other way. */
export async function showPage(browser: Browser, { url, zoom }: PageToOpen): Promise<Shown> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const shown = show(page, url, zoom).catch((error: unknown): Shown => {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return isLate ? TOO_LATE : { failed: String(error).split('\n')[0] ?? '' };
  });
  return Promise.race([shown, crashOf(page), sleep(PATIENCE_MS, TOO_LATE, { ref: false })]);
}

async function show(page: Page, url: string, zoom: PageToOpen['zoom']): Promise<Shown> {
  await page.addInitScript(WATCH_DRAWING);
  await page.goto(url, { waitUntil: 'commit', timeout: PATIENCE_MS });
  let firstPaintMs = 0;
  // Asked from outside: within the page its content security policy allows no waiting for an expression.
  while (firstPaintMs <= 0) {
    await sleep(POLL_MS);
    firstPaintMs = Number(await page.evaluate('benchPaint'));
  }
  // Parsed edge: our own script, above.
  const frames = (await page.evaluate(zoomFrames(zoom))) as number[];
  return { firstPaintMs, framesPerSecond: (1000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0) };
}

function crashOf(page: Page): Promise<Shown> {
  return new Promise((resolve) => page.on('crash', () => resolve({ failed: 'the tab crashed' })));
}
