import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the agent's own code lies. */
const OWN_FOLDER = dirname(fileURLToPath(import.meta.url)) + sep;

/** Of the agent itself, whose wrappers are on every stack and never the cause; its tests count as a host's code. */
export function isOwnFile(path: string): boolean {
  return path.startsWith(OWN_FOLDER) && !path.endsWith('.test.js');
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
