import { takeCallSites } from '../recorder/call-sites.ts';

/** Enough to get out of a library that was compiled to generators, and the agent's wrappers. */
const MAX_FRAMES = 25;

/**
 * `reserve (stock.js:12)`: the innermost call on the stack that is neither Node's nor a package's. Cold: some ten
 * microseconds.
 */
export function callSite(): string | undefined {
  return describe(takeCallSites(callSite, MAX_FRAMES));
}

const OWN_FOLDER = new URL('..', import.meta.url).href;

function describe(sites: readonly NodeJS.CallSite[]): string | undefined {
  for (const site of sites) {
    const file = site.getFileName()?.replaceAll('\\', '/');
    if (!file || file.startsWith('node:') || file.includes('/node_modules/') || isOwn(file)) continue;
    const place = `${file.slice(file.lastIndexOf('/') + 1)}:${site.getLineNumber()}`;
    const name = site.getFunctionName();
    return name === null ? place : `${name} (${place})`;
  }
  return undefined;
}

/** Of the agent itself, but not its tests. */
function isOwn(file: string): boolean {
  return file.startsWith(OWN_FOLDER) && !file.endsWith('.test.js');
}
