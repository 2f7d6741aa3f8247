import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Reads the beginning of a file of `/proc`; undefined when it cannot. Not by `readFileSync`: it asks how long the file is, and the
 * answer lies where `statSync` of the host has its own, in the middle of which a sample of the watchdog may run this.
 * @returns always the same bytes, as many as were read: to be looked at before the next reading
 */
export function procReader(file: string, maxBytes: number): () => Buffer | undefined {
  // Kept: the program may put others in their place.
  const [open, read, close] = [openSync, readSync, closeSync];
  const bytes = Buffer.alloc(maxBytes);
  return () => {
    let fd: number | undefined;
    try {
      fd = open(file, 'r');
      return bytes.subarray(0, read(fd, bytes, 0, maxBytes, null));
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) close(fd);
    }
  };
}
