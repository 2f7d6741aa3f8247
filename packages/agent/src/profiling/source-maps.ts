import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { dirname, resolve } from 'node:path';
import { toPath } from '../recorder/call-sites.ts';

export interface Place {
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
  /** What the function was called before it was minified; absent: as it ran. */
  readonly name?: string;
}

/** Where code that ran was written. */
export interface Sources {
  /**
   * @param url path or `file:` URL
   * @param line from 1
   * @param column from 1; absent: whatever that line begins with
   * @param name of the function whose parameters begin there
   */
  original(url: string, line: number, column?: number, name?: string): Place;
  /** Maps that were there and could not be used, for people. */
  readonly skipped: readonly string[];
}

/** Where it ran: for the main thread, which must not read files. */
export const AS_RUN: Sources = { original: (url, line) => ({ file: toPath(url), line }), skipped: [] };

/** The comment that names the map is the file's last line: enough for any name, and for the inlined map of a small file. */
const TAIL_BYTES = 64 * 1024;
/** Decoded, a map takes some ten times as much memory. */
const MAX_MAP_BYTES = 4 * 1024 * 1024;
/** Of a file whose last line is longer than the tail: the largest map as base64, which an inlined one is. */
const MAX_TAIL_BYTES = Math.ceil((MAX_MAP_BYTES * 4) / 3) + TAIL_BYTES;
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
  readonly #maps = new Map<string, LoadedMap | undefined>();
  #count = 0;
  readonly skipped: string[] = [];

  original(url: string, line: number, column?: number, name?: string): Place {
    const file = toPath(url);
    if (line <= 0 || (!file.startsWith('/') && file.charAt(1) !== ':')) return { file, line };
    const loaded = this.#mapOf(file);
    if (loaded === undefined) return { file, line };
    const { map } = loaded;
    const exact = column === undefined ? undefined : find(map, line - 1, column - 1);
    const entry = exact ?? firstOfLine(map, line - 1);
    if (entry === undefined || !entry.originalSource) return { file, line };
    const place = { file: sourceOf(loaded, entry.originalSource), line: entry.originalLine + 1 };
    // Where the name stands right before, as in `function a(`: of an arrow function it would be a parameter's.
    const isOwnName = column !== undefined && entry.generatedColumn + (name?.length ?? 0) === column - 1;
    return isOwnName && 'name' in entry && typeof entry.name === 'string' ? { ...place, name: entry.name } : place;
  }

  #mapOf(file: string): LoadedMap | undefined {
    if (this.#maps.has(file)) return this.#maps.get(file);
    if (this.#maps.size >= MAX_FILES) return undefined;
    let map: LoadedMap | undefined;
    try {
      map = this.#load(file);
    } catch (error) {
      this.skipped.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#maps.set(file, map);
    return map;
  }

  #load(file: string): LoadedMap | undefined {
    const tail = readTail(file);
    const at = tail.lastIndexOf(COMMENT);
    if (at < 0) return undefined;
    const url =
      tail
        .slice(at + COMMENT.length)
        .split('\n', 1)[0]
        ?.trim() ?? '';
    if (++this.#count > MAX_MAPS) throw new Error(`more than ${MAX_MAPS} source maps in one profile`);
    const isInline = url.startsWith(DATA);
    const mapFile = isInline ? file : resolve(dirname(file), toPath(url));
    const payload = parsePayload(isInline ? decodeInline(url) : readMap(mapFile));
    const root = payload.sourceRoot ?? '';
    return { map: new SourceMap(payload), folder: dirname(mapFile), root };
  }
}

interface LoadedMap {
  readonly map: SourceMap;
  /** Of the map: names of sources begin here. */
  readonly folder: string;
  /** Stands before each; mostly empty. */
  readonly root: string;
}

/** A bundler's own scheme, as in `webpack://shop/./src/app.ts`: there is no such file, its name says most. */
const SCHEME = /^[a-z][a-z\d+.-]+:\/\//i;

function sourceOf({ folder, root }: LoadedMap, source: string): string {
  const path = toPath(root === '' ? source : `${root.replace(/\/?$/, '/')}${source}`);
  return SCHEME.test(path) ? path : resolve(folder, path);
}

/** What that place was made of: never of another line, as Node would say where its line has nothing before it. */
function find(map: SourceMap, line: number, column: number): SourceMapping | undefined {
  const entry = map.findEntry(line, column);
  return 'generatedLine' in entry && entry.generatedLine === line ? entry : undefined;
}

/** What the line begins with, which stands behind its indentation; nothing where the line is a bundle of several files. */
function firstOfLine(map: SourceMap, line: number): SourceMapping | undefined {
  const last = find(map, line, Number.MAX_SAFE_INTEGER);
  if (last === undefined) return undefined;
  let first = last;
  // Half by half: in a minified file the line is the whole file.
  for (let from = 0, to = last.generatedColumn; from < to; ) {
    const middle = (from + to) >>> 1;
    const entry = find(map, line, middle);
    if (entry === undefined) from = middle + 1;
    else {
      first = entry;
      to = middle;
    }
  }
  return first.originalSource === last.originalSource ? first : undefined;
}

function readTail(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (bytes: number) => {
      const buffer = Buffer.alloc(Math.min(size, bytes));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    };
    const tail = read(TAIL_BYTES);
    const endsInLongLine = size > TAIL_BYTES && !tail.trimEnd().includes('\n');
    return endsInLongLine ? read(MAX_TAIL_BYTES) : tail;
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

/** As a whole, or in sections. */
function parsePayload(text: string): SourceMapPayload {
  const payload: unknown = JSON.parse(text);
  const isMap =
    typeof payload === 'object' &&
    payload !== null &&
    (('mappings' in payload && 'sources' in payload && Array.isArray(payload.sources)) || 'sections' in payload);
  if (!isMap) throw new Error('its source map is broken');
  return payload as SourceMapPayload;
}
