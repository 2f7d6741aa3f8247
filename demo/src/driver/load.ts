import { Agent, request } from 'undici';

/** One request the load sends. */
export interface Shot {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
}

/** Requests of one route at a steady beat. */
export interface Stream {
  /** Method and route pattern, as a person would name it. */
  readonly route: string;
  readonly everyMs: number;
  /** Requests per beat, sent together. Default 1. */
  readonly burst?: number;
  /** When in the beat they are sent, ms. */
  readonly offsetMs?: number;
  /** The client loses patience and hangs up after so long. */
  readonly abortAfterMs?: number;
  /** `count` rises by one with every request of the stream. */
  shoot(count: number): Shot;
}

export interface Sample {
  readonly route: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly ms: number;
  /** 0: no answer. */
  readonly status: number;
  readonly aborted: boolean;
}

export interface Load {
  /** Replaces what is being sent; starts sending when nothing is. */
  send(streams: readonly Stream[], baseUrl: string): void;
  /** Stops sending and waits until nothing is in flight. */
  drain(): Promise<void>;
  /** Start of the oldest request in flight, epoch ms. */
  oldest(): number | undefined;
  /** Requests finished since the last call. */
  take(): Sample[];
  close(): Promise<void>;
}

/** Open loop: a slow answer delays no later request, as customers do not wait for one another. */
export function createLoad(): Load {
  const agent = new Agent({ keepAliveTimeout: 10_000 });
  const flying = new Map<Promise<void>, number>();
  let samples: Sample[] = [];
  let timers: NodeJS.Timeout[] = [];

  const launch = (stream: Stream, count: number, baseUrl: string): void => {
    const flight = fly(agent, stream, stream.shoot(count), baseUrl)
      .then((sample) => void samples.push(sample))
      .finally(() => flying.delete(flight));
    flying.set(flight, Date.now());
  };

  const beat = (stream: Stream, baseUrl: string, slot: number, count: number, dueAt: number): void => {
    const burst = stream.burst ?? 1;
    timers[slot] = setTimeout(
      () => {
        for (let index = 0; index < burst; index++) launch(stream, count + index, baseUrl);
        beat(stream, baseUrl, slot, count + burst, dueAt + stream.everyMs);
      },
      Math.max(0, dueAt - performance.now()),
    );
  };

  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };

  return {
    send(streams, baseUrl) {
      stop();
      const now = performance.now();
      for (const [slot, stream] of streams.entries()) beat(stream, baseUrl, slot, 0, now + (stream.offsetMs ?? 0));
    },
    async drain() {
      stop();
      await Promise.all(flying.keys());
    },
    oldest: () => flying.values().next().value,
    take() {
      const taken = samples;
      samples = [];
      return taken;
    },
    async close() {
      stop();
      await agent.destroy();
    },
  };
}

async function fly(dispatcher: Agent, stream: Stream, shot: Shot, baseUrl: string): Promise<Sample> {
  const startedAt = Date.now();
  const start = performance.now();
  const patience = stream.abortAfterMs === undefined ? undefined : AbortSignal.timeout(stream.abortAfterMs);
  let status = 0;
  try {
    const response = await request(baseUrl + shot.path, {
      dispatcher,
      method: shot.method,
      headers: { 'content-type': 'application/json' },
      body: shot.body === undefined ? null : JSON.stringify(shot.body),
      ...(patience && { signal: patience }),
    });
    status = response.statusCode;
    await response.body.dump();
  } catch {
    // Hung up, or the shop is being restarted: the sample says so by its status.
  }
  const ms = performance.now() - start;
  return { route: stream.route, startedAt, ms, status, aborted: patience?.aborted === true && status === 0 };
}
