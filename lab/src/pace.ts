import { setTimeout as pause } from 'node:timers/promises';

/** In so many pieces: enough that no single gap is the story. */
const PIECES = 12;

/** A body that takes so long to send, ms. */
export async function* sendSlowly(text: string, ms: number): AsyncGenerator<string> {
  const length = Math.ceil(text.length / PIECES);
  for (let at = 0; at < text.length; at += length) {
    yield text.slice(at, at + length);
    await pause(ms / PIECES);
  }
}

/** Reads a body of so many bytes evenly over so long, ms; without a known size all of it when the time is over. */
export async function readSlowly(body: AsyncIterable<Uint8Array>, total: number, ms: number): Promise<void> {
  const start = performance.now();
  let read = 0;
  if (!Number.isFinite(total)) await pause(ms);
  for await (const chunk of body) {
    read += chunk.length;
    const ahead = start + (ms * read) / total - performance.now();
    if (ahead > 1) await pause(ahead);
  }
}
