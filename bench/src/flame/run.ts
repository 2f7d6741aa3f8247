import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launchKillable } from '@holdup/testkit';
import { generatePprof, type Size } from './generate.ts';
import { type Shown, showPage } from './measure.ts';
import { makePage, type Renderer } from './pages.ts';

export interface FlameOptions {
  readonly sizes: readonly Size[];
  /** Folder the peers are installed in; undefined: without them. */
  readonly peers?: string;
  /** Times each page is opened. */
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

export interface FlameResult extends Size, Shown {
  readonly renderer: Renderer;
  readonly profileBytes: number;
  readonly pageBytes: number;
}

export interface FlameReport {
  readonly chromium: string;
  readonly results: readonly FlameResult[];
}

/** A page larger than this is not opened: it would take the machine's memory. */
const MOST_PAGE_BYTES = 200 * 1024 * 1024;

/** @throws Error when there is no Chromium. */
export async function runFlame({ sizes, peers, rounds, progress }: FlameOptions): Promise<FlameReport> {
  const found = findChromium();
  if ('missing' in found) throw new Error(found.missing);
  const folder = mkdtempSync(join(tmpdir(), 'holdup-bench-flame-'));
  const results: FlameResult[] = [];
  try {
    let chromium = '';
    for (const size of sizes) {
      const bytes = generatePprof(size);
      const file = join(folder, `${size.samples}.pb`);
      writeFileSync(file, bytes);
      for (const renderer of peers === undefined
        ? (['holdup'] as const)
        : (['holdup', 'react-pprof', 'speedscope'] as const)) {
        progress(`${renderer}, ${size.samples} samples …`);
        const page = await makePage(renderer, peers ?? '', file, bytes);
        const shown: Shown[] = page.bytes > MOST_PAGE_BYTES ? [{ failed: 'page too large to open' }] : [];
        while (shown.length < rounds && !shown.some(({ failed }) => failed)) {
          const { browser, server } = await launchKillable(found.path);
          chromium = browser.version();
          shown.push(await showPage(browser, page));
          await server.kill();
        }
        page.close();
        results.push({ renderer, ...size, profileBytes: bytes.length, pageBytes: page.bytes, ...medianOf(shown) });
      }
    }
    return { chromium, results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function medianOf(shown: readonly Shown[]): Shown {
  const failed = shown.find((each) => each.failed !== undefined);
  if (failed) return failed;
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return {
    firstPaintMs: middle(shown.map(({ firstPaintMs = 0 }) => firstPaintMs)),
    framesPerSecond: middle(shown.map(({ framesPerSecond = 0 }) => framesPerSecond)),
  };
}
