import { fileURLToPath } from 'node:url';
import { isOwnFile } from '../host-files.ts';
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

function describe(sites: readonly NodeJS.CallSite[]): string | undefined {
  for (const site of sites) {
    const url = site.getFileName();
    if (!url || url.startsWith('node:')) continue;
    const path = url.startsWith('file://') ? fileURLToPath(url) : url;
    const file = path.replaceAll('\\', '/');
    if (file.includes('/node_modules/') || isOwnFile(path)) continue;
    const place = `${file.slice(file.lastIndexOf('/') + 1)}:${site.getLineNumber()}`;
    const name = site.getFunctionName();
    return name === null ? place : `${name} (${place})`;
  }
  return undefined;
}
