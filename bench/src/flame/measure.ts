import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { PageToOpen } from './pages.ts';

/** What a person waits for, and what it costs; undefined: it did not come, `failed` says why. */
export interface Shown {
  /** Milliseconds from the navigation to the first frame of the screen after the graph was drawn; and of the main thread's processor. */
  readonly firstPaintMs?: number;
  readonly firstPaintCpuMs?: number;
  /** The same until all of the graph that is in sight was drawn and can be used: of ours the first paint may be an outline. */
  readonly wholeMs?: number;
  readonly wholeCpuMs?: number;
  /** While zooming in, moving sideways and zooming out. */
  readonly framesPerSecond?: number;
  /** Milliseconds between frames that 95 of 100 stay below. */
  readonly frameP95Ms?: number;
  /** Processor time per frame: of the page's main thread, and of all of Chromium (it draws in software where there is no GPU). */
  readonly frameCpuMs?: number;
  readonly frameCpuAllMs?: number;
  readonly failed?: string;
}

const POLL_MS = 50;
/** What a page still does after its first frame is done by then; what is not counts as part of the zoom. */
const SETTLE_MS = 1_500;
const FRAMES = 120;
/** Milliseconds after which fewer do: where a frame takes a second, ten say as much. */
const ZOOMING_MS = 8_000;

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

/** Lengths of frames, in milliseconds, while the largest canvas is zoomed in, moved and zoomed out: something in every frame. */
const zoomFrames = (zoom: PageToOpen['zoom']): string => `new Promise((resolve) => {
  const canvas = [...document.querySelectorAll('canvas')].sort((a, b) => b.width * b.height - a.width * a.height)[0];
  const { left, top, width } = canvas.getBoundingClientRect();
  const at = { clientX: left + width * 0.37, clientY: top + 90, bubbles: true, cancelable: true };
  // Where a mouse would be: some have their listeners on what lies over the canvas.
  const target = document.elementFromPoint(at.clientX, at.clientY) ?? canvas;
  const wheel = (change) => target.dispatchEvent(new WheelEvent('wheel', { ...at, ...change }));
  const times = [];
  const step = (now) => {
    times.push(now);
    const frame = times.length;
    if (frame > ${FRAMES} || (frame > 2 && now - times[0] > ${ZOOMING_MS})) return resolve(times.slice(1).map((time, i) => time - times[i]));
    if ('${zoom}' === 'click') {
      const clientY = top + 90 + (frame % 100);
      if (frame % 20 === 1) for (const type of ['mousedown', 'mouseup', 'click']) target.dispatchEvent(new MouseEvent(type, { ...at, clientY }));
    } else if (frame <= 50) wheel({ ctrlKey: true, deltaY: -40 });
    else if (frame <= 80) wheel({ deltaX: frame <= 65 ? 25 : -25 });
    else wheel({ ctrlKey: true, deltaY: 50 });
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/**
 * The browser is to be killed after: a page that hangs closes no other way.
 * @param patienceMs Milliseconds it may take to draw and be zoomed.
 */
export async function showPage(browser: Browser, toOpen: PageToOpen, patienceMs: number): Promise<Shown> {
  let painted: Shown = {};
  const tooLate = (): Shown => ({ ...painted, failed: `not done within ${Math.round(patienceMs / 1000)} s` });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const notePaint = (paint: Shown): void => {
    painted = paint;
  };
  const shown = show(browser, page, toOpen, notePaint).catch((error: unknown): Shown => {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return isLate ? tooLate() : { failed: String(error).split('\n')[0] ?? '' };
  });
  return Promise.race([shown, crashOf(page), sleep(patienceMs, undefined, { ref: false }).then(tooLate)]);
}

async function show(
  browser: Browser,
  page: Page,
  { url, zoom, wholeMark }: PageToOpen,
  notePaint: (paint: Shown) => void,
): Promise<Shown> {
  await page.addInitScript(WATCH_DRAWING);
  const ofPage = await page.context().newCDPSession(page);
  await ofPage.send('Performance.enable', { timeDomain: 'threadTicks' });
  const ofBrowser = await browser.newBrowserCDPSession();
  await page.goto(url, { waitUntil: 'commit', timeout: 0 });
  const firstPaintMs = await poll(page, 'benchPaint');
  const firstPaintCpuMs = await mainThreadMs(ofPage);
  notePaint({ firstPaintMs, firstPaintCpuMs });
  const wholeMs = wholeMark === undefined ? firstPaintMs : await poll(page, markTime(wholeMark));
  const painted = { firstPaintMs, firstPaintCpuMs, wholeMs, wholeCpuMs: await mainThreadMs(ofPage) };
  notePaint(painted);
  await sleep(SETTLE_MS);
  const [mainBefore, allBefore] = [await mainThreadMs(ofPage), await processesMs(ofBrowser)];
  // Parsed edge: our own script, above.
  const frames = (await page.evaluate(zoomFrames(zoom))) as number[];
  const [mainAfter, allAfter] = [await mainThreadMs(ofPage), await processesMs(ofBrowser)];
  const slowest = [...frames].sort((a, b) => a - b);
  return {
    ...painted,
    framesPerSecond: (1000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0),
    frameP95Ms: slowest[Math.floor(slowest.length * 0.95)] ?? 0,
    frameCpuMs: (mainAfter - mainBefore) / frames.length,
    frameCpuAllMs: (allAfter - allBefore) / frames.length,
  };
}

function markTime(mark: string): string {
  return `performance.getEntriesByName(${JSON.stringify(mark)})[0]?.startTime ?? 0`;
}

/** Waits until an expression in the page is above 0. From outside: its content security policy allows no waiting within. */
async function poll(page: Page, expression: string): Promise<number> {
  for (;;) {
    await sleep(POLL_MS);
    const value = Number(await page.evaluate(expression));
    if (value > 0) return value;
  }
}

async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
}

async function processesMs(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

function crashOf(page: Page): Promise<Shown> {
  return new Promise((resolve) => page.on('crash', () => resolve({ failed: 'the tab crashed' })));
}
