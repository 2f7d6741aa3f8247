import type { Readable } from 'node:stream';
import type { Op, OpId } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../clock.ts';
import { isUnread } from './unread.ts';

/** Less is the network's ordinary pace, and no wait worth an op. Milliseconds. */
const LEAST_WAIT_MS = 1;

/** Body of an incoming request: when its bytes came, and since when the handler waits for more. */
export class Upload {
  /** As announced; undefined: chunked. */
  readonly #announced: string | undefined;
  /** Since when the handler has nothing left to read. */
  #waitsFrom: number;
  #lastAt: number;
  #longestGap = 0;
  #bytes = 0;
  /** What nobody read filled the buffer, and no more is taken off the socket: the caller waits for the handler. */
  #isFull = false;
  #end = OPEN;

  constructor(start: number, announced: string | undefined) {
    this.#waitsFrom = start;
    this.#lastAt = start;
    this.#announced = announced;
  }

  /** The parser has a piece of the body, or its end: null. */
  received(message: Readable, chunk: unknown): void {
    // A stream of HTTP/2 is told its end once more as it closes.
    if (this.#end !== OPEN) return;
    if (chunk === null && isUnread(message)) {
      // The end comes right behind the last piece, which nobody had a turn to read yet.
      this.#end = this.#lastAt;
      return;
    }
    const length = (chunk as { readonly length?: number } | null)?.length ?? 0;
    this.#note(message, now(), length);
    if (chunk === null) this.#end = this.#lastAt;
    else this.#bytes += length;
  }

  /** The request is over, whether its body is or not. */
  stop(message: Readable, at: number): void {
    if (this.#end !== OPEN) return;
    this.#note(message, at, 0);
    this.#end = at;
  }

  #note(message: Readable, at: number, length: number): void {
    const unread = isUnread(message);
    // The first piece after a full buffer comes as soon as there is room for it: until then nobody waited for the caller.
    if (unread || this.#isFull) this.#waitsFrom = at;
    this.#isFull = unread && message.readableLength + length >= message.readableHighWaterMark;
    if (this.#waitsFrom < at)
      this.#longestGap = Math.max(this.#longestGap, at - Math.max(this.#waitsFrom, this.#lastAt));
    this.#lastAt = at;
  }

  /** There is more than is read, or what was has just begun to be. */
  #isLeft(message: Readable): boolean {
    return isUnread(message) || (this.#isFull && message.readableFlowing === true);
  }

  /**
   * Cold. Undefined when nobody waited for it.
   * @param message of a request in flight
   */
  toOp(id: OpId, message: Readable | undefined, at: number): Op | undefined {
    const isOpen = this.#end === OPEN;
    if (isOpen && message !== undefined && this.#isLeft(message)) return undefined;
    if ((isOpen ? at : this.#end) - this.#waitsFrom < LEAST_WAIT_MS) return undefined;
    const gap = isOpen ? Math.max(this.#longestGap, at - Math.max(this.#waitsFrom, this.#lastAt)) : this.#longestGap;
    const expected = Number(this.#announced);
    return {
      id,
      name: 'body of the request',
      start: toNs(this.#waitsFrom),
      ...endOf(this.#end),
      account: 'client.upload',
      phases: [],
      detail: {
        kind: 'upload',
        bytes: this.#bytes,
        ...(Number.isSafeInteger(expected) ? { expectedBytes: expected } : {}),
        longestGap: toNs(gap),
      },
    };
  }
}
