import { indexRecording, type RecordingIndex } from '@holdup/engine';
import { now } from '../clock.ts';
import { Cut } from './cut.ts';
import type { Flight } from './flight.ts';
import type { RequestRecord } from './request-record.ts';

/** What the requests judged in one go have in common: one recording, made when the first of them is. */
export class Scene {
  readonly #flight: Flight;
  readonly #requests: ReadonlySet<RequestRecord>;
  /** Milliseconds. */
  readonly madeAt = now();
  #index: RecordingIndex | undefined;

  constructor(flight: Flight, requests: readonly RequestRecord[]) {
    this.#flight = flight;
    this.#requests = new Set(requests);
  }

  has(request: RequestRecord): boolean {
    return this.#requests.has(request);
  }

  get index(): RecordingIndex {
    if (this.#index === undefined) {
      const from = Math.min(...[...this.#requests].map((request) => request.start));
      this.#index = indexRecording(new Cut(this.#flight, now(), from).recording());
    }
    return this.#index;
  }
}
