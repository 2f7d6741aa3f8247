import type { Readable } from 'node:stream';

/** Whether nobody takes what a message has: a `readable` listener that finds nothing waits for the peer. */
export function isUnread(message: Readable): boolean {
  if (message.readableFlowing === true) return false;
  return message.readableLength > 0 || message.listenerCount('readable') === 0;
}
