import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { Shot, Stream } from './declaration.ts';
import { readSlowly, sendSlowly } from './pace.ts';
import type { Random } from './random.ts';

/** One request as its caller saw it. */
export interface Sample {
  readonly route: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly ms: number;
  /** 0: no answer. */
  readonly status: number;
  /** The request's own, where it had one, ms. */
  readonly budgetMs?: number;
}

/** Sends streams of requests. Open loop: a slow answer delays no later request, as customers do not wait for one another. */
export class Load {
  readonly samples: Sample[] = [];
  readonly #agent = new Agent({ keepAliveTimeout: 10_000, headersTimeout: 0, bodyTimeout: 0 });
  readonly #baseUrl: string;
  readonly #random: Random;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #counts = new Map<string, number>();

  constructor(baseUrl: string, random: Random) {
    this.#baseUrl = baseUrl;
    this.#random = random;
  }

  /** Replaces what is being sent. */
  send(streams: readonly Stream[]): void {
    this.stop();
    for (const stream of streams) {
      this.#beat(stream, performance.now() + (stream.offsetMs ?? this.#random.next() * stream.everyMs));
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#agent.destroy();
  }

  #beat(stream: Stream, dueAt: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        for (let left = stream.burst ?? 1; left > 0; left--) this.#launch(stream);
        // No exact beat unless asked for: streams must not march in step.
        this.#beat(stream, dueAt + stream.everyMs * (stream.steady ? 1 : this.#random.between(0.6, 1.4)));
      },
      Math.max(0, dueAt - performance.now()),
    );
    this.#timers.add(timer);
  }

  #launch(stream: Stream): void {
    const count = this.#counts.get(stream.route) ?? 0;
    this.#counts.set(stream.route, count + 1);
    void this.#fly(stream, stream.shoot(count));
  }

  async #fly(stream: Stream, { method, path, body, headers }: Shot): Promise<void> {
    const startedAt = Date.now();
    const start = performance.now();
    let status = 0;
    try {
      const response = await request(this.#baseUrl + path, {
        dispatcher: this.#agent,
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? null : writeBody(JSON.stringify(body), stream),
        ...(stream.abortAfterMs === undefined ? {} : { signal: AbortSignal.timeout(stream.abortAfterMs) }),
      });
      status = response.statusCode;
      if (stream.readMs === undefined) await response.body.dump();
      else await readSlowly(response.body, Number(response.headers['content-length']), stream.readMs);
    } catch {
      // Hung up, or the run is over: the sample says so by its status.
    }
    const own = stream.budgetMs === undefined ? {} : { budgetMs: stream.budgetMs };
    this.samples.push({ route: stream.route, startedAt, ms: performance.now() - start, status, ...own });
  }
}

function writeBody(text: string, { uploadMs }: Stream): string | Readable {
  return uploadMs === undefined ? text : Readable.from(sendSlowly(text, uploadMs));
}
