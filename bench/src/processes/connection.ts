import { connect, type Socket } from 'node:net';

/** A response the load generator did not expect. */
export class ResponseError extends Error {
  readonly code = 'BENCH_BAD_RESPONSE';
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One kept-alive connection with at most one request in flight. It reads just enough HTTP for the service under test
 * (a status and a content-length): a full client would take half a core away from what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #onResponse: (connection: Connection) => void;
  readonly #onFailure: (connection: Connection, error: Error) => void;
  #head: Buffer | undefined;
  /** Bytes of the response still to come, once its head was read. */
  #missing = 0;

  constructor(
    port: number,
    onResponse: (connection: Connection) => void,
    onFailure: (connection: Connection, error: Error) => void,
  ) {
    this.#onResponse = onResponse;
    this.#onFailure = onFailure;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new ResponseError('the server closed the connection')));
  }

  send(request: string): void {
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#missing > 0) {
      this.#missing -= chunk.length;
      if (this.#missing === 0) this.#onResponse(this);
      return;
    }
    const bytes = this.#head ? Buffer.concat([this.#head, chunk]) : chunk;
    const end = bytes.indexOf(HEAD_END);
    this.#head = end < 0 ? bytes : undefined;
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    const length = /\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
      this.#fail(new ResponseError(`unexpected response: ${head.slice(0, 80)}`));
      return;
    }
    this.#missing = Number(length) - (bytes.length - end - HEAD_END.length);
    if (this.#missing === 0) this.#onResponse(this);
  }

  #fail(error: Error): void {
    this.close();
    this.#onFailure(this, error);
  }
}
