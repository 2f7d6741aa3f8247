import { readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@holdup/agent';

/** Where the agent's own code lies; undefined: within the host's, and what is whose cannot be told. */
const OWN_FOLDER = ownFolder();

/** A bundler made the agent a part of the host's own file: what lies beside its file otherwise is not there. */
export const IS_BUNDLED = OWN_FOLDER === undefined;

function ownFolder(): string | undefined {
  try {
    // Where a bundler writes CommonJS, `import.meta` is empty.
    const folder = dirname(fileURLToPath(import.meta.url));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8'));
    const isOwn = typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === PACKAGE;
    return isOwn ? folder + sep : undefined;
  } catch {
    return undefined;
  }
}

/** Of the agent itself, whose wrappers are on every stack and never the cause; its tests count as a host's code. */
export function isOwnFile(path: string): boolean {
  return OWN_FOLDER !== undefined && path.startsWith(OWN_FOLDER) && !path.endsWith('.test.js');
}

/** Where the service was started, as its people name its files from there; ends with a separator. */
export const HOME_FOLDER = startFolder();

function startFolder(): string {
  try {
    return process.cwd() + sep;
  } catch {
    // It was deleted since: names stay whole.
    return sep;
  }
}

/** A file below where the service was started by its path from there; of a `data:` URL, whose name is its text, nothing. */
export function shownFile(file: string): string {
  if (file.startsWith('data:')) return 'data:…';
  return HOME_FOLDER !== sep && file.startsWith(HOME_FOLDER) ? file.slice(HOME_FOLDER.length) : file;
}
