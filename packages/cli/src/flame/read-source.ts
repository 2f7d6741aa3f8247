import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';
import { fetchSource } from './fetch-source.ts';
import { tellProgress, toMegabytes } from './progress.ts';

/** Bytes read of one source: as many as a profile may have once decompressed. */
const MOST_BYTES = 512 * 1024 * 1024;

/** What was read, and what people call it. */
export interface Source {
  readonly title: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file, an address or (`-`) standard input.
 * @throws UsageError in one line when it cannot.
 */
export async function readSource(place: string): Promise<Source> {
  if (place === '-') return { title: 'standard input', bytes: await collect(process.stdin, 'standard input') };
  if (/^https?:\/\//i.test(place)) return fetchSource(place);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place))
    throw new UsageError('flame', `${place}: only http and https addresses, and files`);
  return {
    title: place.slice(Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1),
    bytes: await readFile(place),
  };
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw new UsageError('flame', `${path} is a folder; name a profile in it`);
    if (facts.size > MOST_BYTES) throw tooLarge(path);
    return await collect(createReadStream(path), path);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError('flame', `cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** Reads a stream to its end, or to the limit. */
export async function collect(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const done = tellProgress(() => `reading ${name}, ${toMegabytes(size)} so far …`);
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > MOST_BYTES) throw tooLarge(name);
      chunks.push(chunk);
    }
  } finally {
    done();
  }
  if (size === 0) throw new UsageError('flame', `${name} is empty: there is no profile in it`);
  return Buffer.concat(chunks, size);
}

function tooLarge(name: string): UsageError {
  return new UsageError('flame', `${name} is larger than ${MOST_BYTES / 1024 / 1024} MiB; take a shorter profile`);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'not allowed'],
  ['EPERM', 'not allowed'],
  ['ENOTDIR', 'a part of the path is no folder'],
]);

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS.get('code' in error ? String(error.code) : '') ?? error.message;
}
