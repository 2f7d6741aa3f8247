import type { AgentConfig } from '../config.ts';
import { openSink, type Sink } from './sink.ts';

/** `holdup` of a line says which it is. */
export type RecordSort = 'started' | 'notice' | 'verdict' | 'debug';

/** What the agent writes, one record a line. */
export class Journal {
  readonly #place: AgentConfig['sink'];
  readonly #sink: Sink;
  #saidLoss = false;

  constructor(place: AgentConfig['sink']) {
    this.#place = place;
    this.#sink = openSink(place);
  }

  write(sort: RecordSort, fields: object): void {
    const failure = this.#sink(toLine(sort, fields));
    if (failure === undefined || this.#place.kind !== 'file' || this.#saidLoss) return;
    this.#saidLoss = true;
    const { code = failure.message } = failure as NodeJS.ErrnoException;
    const text = `HOLDUP_SINK: ${this.#place.path} cannot be written (${code}): verdicts are lost as long as it cannot`;
    openSink({ kind: 'stderr' })(toLine('notice', { text }));
  }

  notice(text: string): void {
    this.write('notice', { text });
  }
}

function toLine(sort: RecordSort, fields: object): string {
  return JSON.stringify({ holdup: sort, time: new Date().toISOString(), pid: process.pid, ...fields });
}
