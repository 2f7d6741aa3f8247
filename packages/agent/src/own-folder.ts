import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the agent's own code lies. */
const OWN_FOLDER = dirname(fileURLToPath(import.meta.url)) + sep;

/** Of the agent itself, whose wrappers are on every stack and never the cause; its tests count as a host's code. */
export function isOwnFile(path: string): boolean {
  return path.startsWith(OWN_FOLDER) && !path.endsWith('.test.js');
}
