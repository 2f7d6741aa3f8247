import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserServer, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium of this machine, or why there is none: nothing is downloaded. */
export function findChromium(): { readonly path: string } | { readonly missing: string } {
  const named = process.env.HOLDUP_CHROMIUM;
  if (named !== undefined && existsSync(named)) return { path: named };
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
  return found === undefined
    ? { missing: `no Chromium on PATH (${NAMES.join(', ')}); install it, or set HOLDUP_CHROMIUM` }
    : { path: found };
}

/** As root, Chromium's sandbox cannot be; a page of our own from disk needs none. */
const FLAGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: FLAGS });
}

/** One that can be ended at once (`kill`), though its page hangs. */
export async function launchKillable(
  path: string,
): Promise<{ readonly browser: Browser; readonly server: BrowserServer }> {
  const server = await chromium.launchServer({ executablePath: path, args: FLAGS });
  return { server, browser: await chromium.connect(server.wsEndpoint()) };
}
