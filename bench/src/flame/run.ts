import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchKillable } from '@holdup/testkit';
import { generatePprof, SHAPES, type Shape } from './generate.ts';
import { type Shown, showPage } from './measure.ts';
import { makePage, type PageToOpen, RENDERERS, type Renderer } from './pages.ts';

export interface FlameOptions {
  /** Folder the peers are installed in; undefined: without them. */
  readonly peers?: string;
  /** Times each page is opened. */
  readonly rounds: number;
  /** All of it: what does not fit in is not begun, and said to be so. */
  readonly minutes: number;
  readonly progress: (line: string) => void;
}

export interface FlameResult extends Shown {
  readonly shape: Shape;
  readonly renderer: Renderer;
  readonly profileBytes: number;
  /** Absent: the page was not made. */
  readonly pageBytes?: number;
}

export interface FlameReport {
  readonly chromium: string;
  readonly results: readonly FlameResult[];
}

/** A page larger than this is not opened: it would take the machine's memory. */
const MOST_PAGE_BYTES = 200 * 1024 * 1024;
const NOT_BEGUN = 'not begun: the time is up';
/** Of the whole time, what one page may take to be written, and to be drawn and zoomed: with it the last one ends in time. */
const MOST_OF_ALL = 0.1;

/** @throws Error when there is no Chromium. */
export async function runFlame({ peers, rounds, minutes, progress }: FlameOptions): Promise<FlameReport> {
  const found = findChromium();
  if ('missing' in found) throw new Error(found.missing);
  const folder = mkdtempSync(join(tmpdir(), 'holdup-bench-flame-'));
  const until = performance.now() + minutes * 60_000 * (1 - 2 * MOST_OF_ALL);
  const patienceMs = minutes * 60_000 * MOST_OF_ALL;
  const results: FlameResult[] = [];
  let chromium = '';
  const open = async (page: PageToOpen): Promise<Shown> => {
    const { browser, server } = await launchKillable(found.path);
    chromium = browser.version();
    const shown = await showPage(browser, page, patienceMs);
    await server.kill();
    return shown;
  };
  try {
    for (const shape of SHAPES) {
      const bytes = generatePprof(shape);
      const file = join(folder, `${SHAPES.indexOf(shape)}.pb`);
      writeFileSync(file, bytes);
      for (const renderer of peers === undefined ? RENDERERS.slice(0, 1) : RENDERERS) {
        progress(`${shape}, ${renderer} …`);
        const common = { shape, renderer, profileBytes: bytes.length };
        results.push({
          ...common,
          ...(await measure(renderer, { file, bytes, peers: peers ?? '', rounds, until, patienceMs, open })),
        });
      }
    }
    return { chromium, results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly peers: string;
  readonly rounds: number;
  readonly until: number;
  readonly patienceMs: number;
  open(page: PageToOpen): Promise<Shown>;
}

async function measure(
  renderer: Renderer,
  { file, bytes, peers, rounds, until, patienceMs, open }: Measured,
): Promise<Omit<FlameResult, 'shape' | 'renderer' | 'profileBytes'>> {
  if (performance.now() > until) return { failed: NOT_BEGUN };
  let page: PageToOpen;
  try {
    page = await makePage(renderer, { peers, file, bytes, patienceMs });
  } catch (error) {
    return { failed: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  try {
    if (page.bytes > MOST_PAGE_BYTES) return { pageBytes: page.bytes, failed: 'page too large to open' };
    const shown: Shown[] = [];
    while (shown.length < rounds && performance.now() < until && !shown.some(({ failed }) => failed)) {
      shown.push(await open(page));
    }
    return { pageBytes: page.bytes, ...medianOf(shown) };
  } finally {
    page.close();
  }
}

function medianOf(shown: readonly Shown[]): Shown {
  const failed = shown.find((each) => each.failed !== undefined);
  if (failed) return failed;
  if (shown.length === 0) return { failed: NOT_BEGUN };
  const middle = (fact: (each: Shown) => number | undefined): number => {
    const values = shown.map((each) => fact(each) ?? 0).sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  };
  return {
    firstPaintMs: middle((each) => each.firstPaintMs),
    firstPaintCpuMs: middle((each) => each.firstPaintCpuMs),
    wholeMs: middle((each) => each.wholeMs),
    wholeCpuMs: middle((each) => each.wholeCpuMs),
    framesPerSecond: middle((each) => each.framesPerSecond),
    frameP95Ms: middle((each) => each.frameP95Ms),
    frameCpuMs: middle((each) => each.frameCpuMs),
    frameCpuAllMs: middle((each) => each.frameCpuAllMs),
  };
}
