import type { Readable } from 'node:stream';
import type { Op, OpId } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../clock.ts';
import { isUnread } from './unread.ts';

/** Less is the network's ordinary pace, and no wait worth an op; two waits closer than this are one. Milliseconds. */
const LEAST_WAIT_MS = 1;
/** Beyond so many waits for one body the rest is one wait: a body in a million pieces must not fill the memory. */
const MAX_WAITS = 200;

interface Wait {
  readonly start: number;
  end: number;
}

/** Body of an incoming request: when its bytes came, and when the handler waited for them. */
export class Upload {
  /** As announced; undefined: chunked. */
  readonly #announced: string | undefined;
  /** That are over, in order. */
  readonly #waits: Wait[] = [];
  /** Since when the handler has nothing left to read. */
  #waitsFrom: number;
  #lastAt: number;
  #longestGap = 0;
  #bytes = 0;
  /** What nobody read filled the buffer, and no more is taken off the socket: the caller waits for the handler. */
  #isFull = false;
  /**
   * The handler's last look found nothing. False: it has a piece, and may well wait for something else before it asks for
   * the next one, as in a loop (`for await`) with a call per piece. Undefined: it has not been seen to look.
   */
  #asks: boolean | undefined;
  /** When it found a piece. */
  #tookAt = OPEN;
  #end = OPEN;

  constructor(start: number, announced: string | undefined) {
    this.#waitsFrom = start;
    this.#lastAt = start;
    this.#announced = announced;
  }

  /** The handler looked for more, or the stream did in its name as it began to flow. */
  looked(found: boolean): void {
    if (this.#end !== OPEN || this.#asks === !found) return;
    const time = now();
    this.#asks = !found;
    if (found) this.#tookAt = time;
    // Who takes a piece and looks for the next one at once did nothing between the two.
    else this.#waitsFrom = time - this.#tookAt < LEAST_WAIT_MS ? this.#lastAt : time;
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
    if (!unread && !this.#isFull && this.#isAwaited(message)) this.#waited(at);
    this.#waitsFrom = at;
    this.#isFull = unread && message.readableLength + length >= message.readableHighWaterMark;
    this.#lastAt = at;
  }

  #waited(at: number): void {
    if (this.#waitsFrom >= at) return;
    this.#longestGap = Math.max(this.#longestGap, at - Math.max(this.#waitsFrom, this.#lastAt));
    const last = this.#waits.at(-1);
    if (last !== undefined && (this.#waitsFrom - last.end < LEAST_WAIT_MS || this.#waits.length >= MAX_WAITS))
      last.end = at;
    else this.#waits.push({ start: this.#waitsFrom, end: at });
  }

  #isAwaited(message: Readable): boolean {
    return message.readableFlowing === true || this.#asks !== false;
  }

  /** There is more than is read, or what was has just begun to be; or nobody asks for more yet. */
  #isLeft(message: Readable): boolean {
    return isUnread(message) || (this.#isFull && message.readableFlowing === true) || !this.#isAwaited(message);
  }

  /**
   * Cold. Empty when nobody waited for it.
   * @param message of a request in flight
   */
  toOps(id: string, message: Readable | undefined, at: number): Op[] {
    const isWaiting = this.#end === OPEN && (message === undefined || !this.#isLeft(message));
    const gap = isWaiting ? Math.max(this.#longestGap, at - Math.max(this.#waitsFrom, this.#lastAt)) : this.#longestGap;
    const expected = Number(this.#announced);
    return this.#waitsUntil(isWaiting, at).map(({ start, end }, i) => ({
      id: `${id}${i}` as OpId,
      name: 'body of the request',
      start: toNs(start),
      ...endOf(end),
      account: 'client.upload',
      phases: [],
      detail: {
        kind: 'upload',
        bytes: this.#bytes,
        ...(Number.isSafeInteger(expected) ? { expectedBytes: expected } : {}),
        longestGap: toNs(gap),
      },
    }));
  }

  /** Those long enough, with the one that goes on. */
  #waitsUntil(isWaiting: boolean, at: number): readonly Wait[] {
    const last = this.#waits.at(-1);
    const goesOn = isWaiting && last !== undefined && this.#waitsFrom - last.end < LEAST_WAIT_MS;
    const over = goesOn ? this.#waits.slice(0, -1) : this.#waits;
    const open = isWaiting ? [{ start: goesOn ? last.start : this.#waitsFrom, end: OPEN }] : [];
    return [...over, ...open].filter(({ start, end }) => (end === OPEN ? at : end) - start >= LEAST_WAIT_MS);
  }
}
