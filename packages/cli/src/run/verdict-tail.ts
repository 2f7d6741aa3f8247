import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** A verdict should be on the screen before a person wonders; a poll of an idle file costs a few microseconds. */
const POLL_MS = 100;
const CHUNK_BYTES = 64 * 1024;
/** No verdict is nearly as long: what goes on without a line end is not ours to keep in memory. */
const MOST_LINE_CHARS = 4 * 1024 * 1024;
/** Bytes read before the file is taken away, so that a service that runs for weeks does not fill the disk. */
const ROTATE_AFTER_BYTES = 16 * 1024 * 1024;
/** An append that had the old file open when it was renamed is long done after this. */
const ROTATE_SETTLE_MS = 1_000;

export interface TailOptions {
  readonly path: string;
  readonly onLine: (line: string) => void;
  /** The file cannot be read any more; nothing follows. */
  readonly onTrouble: (error: unknown) => void;
  readonly rotateAfterBytes?: number;
}

/**
 * Follows a file that other processes append lines to. They open it anew for each append, so the file can be renamed
 * away and deleted once it is read.
 */
export class VerdictTail {
  readonly #path: string;
  readonly #onLine: (line: string) => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #rotateAfterBytes: number;
  #handle: FileHandle | undefined;
  #retired: { readonly handle: FileHandle; readonly reader: LineReader; readonly until: number } | undefined;
  #reader: LineReader;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();

  constructor({ path, onLine, onTrouble, rotateAfterBytes = ROTATE_AFTER_BYTES }: TailOptions) {
    this.#path = path;
    this.#onLine = onLine;
    this.#onTrouble = onTrouble;
    this.#rotateAfterBytes = rotateAfterBytes;
    this.#reader = new LineReader(onLine);
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().then(
        () => {
          if (this.#timer !== undefined) this.start();
        },
        (error: unknown) => this.#onTrouble(error),
      );
    }, POLL_MS);
  }

  /** Reads what is left, then lets go of the file. What does not end in a line end counts as a line. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#polling;
    try {
      await this.#poll();
      await this.#retire(true);
    } catch (error) {
      this.#onTrouble(error);
    }
    this.#reader.end();
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #poll(): Promise<void> {
    await this.#retire(false);
    this.#handle ??= await openIfThere(this.#path);
    if (this.#handle === undefined) return;
    await this.#reader.readAll(this.#handle);
    if (this.#reader.bytes >= this.#rotateAfterBytes && this.#retired === undefined) await this.#rotate(this.#handle);
  }

  async #rotate(handle: FileHandle): Promise<void> {
    await rename(this.#path, `${this.#path}.read`);
    this.#retired = { handle, reader: this.#reader, until: Date.now() + ROTATE_SETTLE_MS };
    this.#handle = undefined;
    this.#reader = new LineReader(this.#onLine);
  }

  async #retire(now: boolean): Promise<void> {
    if (this.#retired === undefined) return;
    const { handle, reader, until } = this.#retired;
    await reader.readAll(handle);
    if (!now && Date.now() < until) return;
    this.#retired = undefined;
    reader.end();
    await handle.close();
    await rm(`${this.#path}.read`, { force: true });
  }
}

/** Lines of one file, from its start. */
class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #partial = '';
  bytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  async readAll(handle: FileHandle): Promise<void> {
    for (;;) {
      const { bytesRead } = await handle.read(this.#buffer, 0, CHUNK_BYTES, this.bytes);
      if (bytesRead === 0) return;
      this.bytes += bytesRead;
      this.#take(this.#decoder.write(this.#buffer.subarray(0, bytesRead)));
    }
  }

  end(): void {
    if (this.#partial.trim() !== '') this.#onLine(this.#partial);
    this.#partial = '';
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#onLine(line);
    if (this.#partial.length > MOST_LINE_CHARS) this.end();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
