import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { toPath } from '../recorder/call-sites.ts';

export interface Place {
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
}

/** Where code that ran was written. */
export interface Sources {
  /** @param url path or `file:` URL; @param line from 1; @param column from 1 */
  original(url: string, line: number, column: number): Place;
  /** Maps that were there and could not be used, for people. */
  readonly skipped: readonly string[];
}

/** Where it ran: for the main thread, which must not read files. */
export const AS_RUN: Sources = { original: (url, line) => ({ file: toPath(url), line }), skipped: [] };

/** The comment that names the map is the file's last line; inlined maps are longer. */
const TAIL_BYTES = 64 * 1024;
/** Decoded, a map takes some ten times as much memory. */
const MAX_MAP_BYTES = 4 * 1024 * 1024;
/** Files looked at in one profile. */
const MAX_FILES = 2_000;
/** Maps decoded in one profile. */
const MAX_MAPS = 50;

const COMMENT = '//# sourceMappingURL=';
const DATA = 'data:application/json';

/**
 * From the code that ran to the code that was written, by the maps that lie beside it. Reads files: not for the main thread.
 * What has no map, or one that is too large or broken, stays as it is.
 */
export class SourceMaps implements Sources {
  readonly #maps = new Map<string, SourceMap | undefined>();
  #count = 0;
  readonly skipped: string[] = [];

  original(url: string, line: number, column: number): Place {
    const file = toPath(url);
    if (line <= 0 || (!file.startsWith('/') && file.charAt(1) !== ':')) return { file, line };
    const entry = this.#mapOf(file)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) return { file, line };
    return { file: resolve(dirname(file), toPath(entry.originalSource)), line: entry.originalLine + 1 };
  }

  #mapOf(file: string): SourceMap | undefined {
    if (this.#maps.has(file)) return this.#maps.get(file);
    if (this.#maps.size >= MAX_FILES) return undefined;
    let map: SourceMap | undefined;
    try {
      map = this.#load(file);
    } catch (error) {
      this.skipped.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#maps.set(file, map);
    return map;
  }

  #load(file: string): SourceMap | undefined {
    const tail = readTail(file);
    const at = tail.lastIndexOf(COMMENT);
    if (at < 0) return undefined;
    const url =
      tail
        .slice(at + COMMENT.length)
        .split('\n', 1)[0]
        ?.trim() ?? '';
    if (++this.#count > MAX_MAPS) throw new Error(`more than ${MAX_MAPS} source maps in one profile`);
    return new SourceMap(
      parsePayload(url.startsWith(DATA) ? decodeInline(url) : readMap(resolve(dirname(file), toPath(url)))),
    );
  }
}

function readTail(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(descriptor, buffer, 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

function readMap(path: string): string {
  const { size } = statSync(path);
  if (size > MAX_MAP_BYTES) throw new Error(`its source map has ${size} bytes, more than ${MAX_MAP_BYTES}`);
  return readFileSync(path, 'utf8');
}

function decodeInline(url: string): string {
  const comma = url.indexOf(',');
  const body = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(body, 'base64').toString('utf8')
    : decodeURIComponent(body);
}

function parsePayload(text: string): SourceMapPayload {
  const payload: unknown = JSON.parse(text);
  if (typeof payload !== 'object' || payload === null || !('mappings' in payload))
    throw new Error('its source map is broken');
  return payload as SourceMapPayload;
}
