import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CallFrame } from './cpu-profile.ts';

/** A file that was bundled into another one, from this line on, 0-based. */
interface Part {
  readonly file: string;
  readonly line: number;
}

/** The comment with which esbuild begins each file it bundles. */
const PART = /^\/\/ (\S+\.[cm]?[jt]s)$/;

/** Names functions by file and line, and those of a bundle by the file they came from. */
export class FrameNames {
  readonly #parts = new Map<string, readonly Part[]>();

  /** `finish (agent/recorder/flight.js:53)` */
  nameOf({ functionName, url, lineNumber }: CallFrame): string {
    const name = functionName || '(anonymous)';
    if (url === '') return name;
    const part = this.#partsOf(url).findLast(({ line }) => line <= lineNumber);
    const file = (part?.file ?? url).replace(/^.*?\b(packages|node_modules)\//, '').replace('/dist/', '/');
    return `${name} (${file}:${lineNumber - (part?.line ?? -1)})`;
  }

  #partsOf(url: string): readonly Part[] {
    const known = this.#parts.get(url);
    if (known) return known;
    const path = url.startsWith('file:') ? fileURLToPath(url) : undefined;
    const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '';
    const parts = text.split('\n').flatMap((content, line) => {
      const file = PART.exec(content)?.[1];
      return file === undefined ? [] : [{ file, line }];
    });
    this.#parts.set(url, parts);
    return parts;
  }
}
