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
