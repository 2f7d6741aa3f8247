import { get } from 'node:http';

/** One answer of an endpoint, to somebody who connects anew, as `curl` does. */
export interface Asked {
  readonly status: number;
  /** From the request to the last byte of the answer, milliseconds. */
  readonly ms: number;
  readonly body: Buffer;
}

/** Milliseconds; nothing is late after that, it hangs. */
const PATIENCE_MS = 60_000;

/** @throws Error when nobody answers within a minute */
export function ask(port: number, path: string): Promise<Asked> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: PATIENCE_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, ms: performance.now() - began, body: Buffer.concat(chunks) });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${path}: no answer within ${PATIENCE_MS / 1_000} s`)));
    request.once('error', reject);
  });
}
