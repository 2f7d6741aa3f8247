import type { Op, OpKind, Recording, Request } from '@holdup/model';
import { now } from '../../clock.ts';
import { Context } from '../../context/context.ts';
import { Cut, requestIdOf } from '../../recorder/cut.ts';
import { Flight } from '../../recorder/flight.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { FewArguments, Kit, Probe } from '../probe.ts';

/** A real flight memory and context with no agent around them: for tests of probes. */
export class TestKit implements Kit {
  readonly context = new Context();
  readonly flight = new Flight();
  on = true;
  /** Bugs of the agent that the probes reported. A test ends with none. */
  readonly failures: unknown[] = [];

  setDeadline(): void {}

  finished(): void {}

  guard<A extends FewArguments>(fn: (...args: A) => void): (...args: A) => void {
    return this.attempt(fn);
  }

  attempt<A extends FewArguments, R>(fn: (...args: A) => R): (...args: A) => R | undefined {
    // One by one: for `...args` an array would be made at each call, many times per request.
    const call = fn as unknown as (a: unknown, b: unknown, c: unknown) => R;
    const guarded = (a: unknown, b: unknown, c: unknown): R | undefined => {
      if (!this.on) return undefined;
      try {
        return call(a, b, c);
      } catch (error) {
        this.fail(error);
        return undefined;
      }
    };
    return guarded as unknown as (...args: A) => R | undefined;
  }

  fail(error: unknown): void {
    this.failures.push(error);
  }

  /** Installs probes for the rest of the test; `after` takes what is to be done at its end. */
  install(after: (done: () => void) => void, ...probes: readonly Probe[]): void {
    for (const probe of probes) {
      const uninstall = probe.install(this);
      for (const source of probe.sources) this.flight.sources.add(source);
      after(uninstall);
    }
  }

  begin(target = '/test'): RequestRecord {
    return this.flight.begin('http', 'GET', target, now());
  }

  /** Runs `work` as a request of its own and returns what was recorded of it once it is over. */
  async record(work: () => Promise<unknown>, target?: string): Promise<Recorded> {
    const request = this.begin(target);
    try {
      await this.context.run(request, work);
    } finally {
      this.flight.finish(request, now());
    }
    return this.cut(request);
  }

  /** What is known of a request at this moment. */
  cut(request: RequestRecord): Recorded {
    const recording = new Cut(this.flight, now(), request.start).recording();
    const model = recording.requests.get(requestIdOf(request));
    if (model === undefined) throw new Error('the request is not in the recording');
    return new Recorded(recording, model);
  }
}

/** A request of a recording with the questions tests ask. */
export class Recorded {
  readonly recording: Recording;
  readonly request: Request;

  constructor(recording: Recording, request: Request) {
    this.recording = recording;
    this.request = request;
  }

  get ops(): readonly Op[] {
    return this.request.ops;
  }

  opsOf<K extends OpKind>(kind: K): (Op & { readonly detail: Extract<Op['detail'], { kind: K }> })[] {
    return this.ops.filter((op): op is Op & { detail: Extract<Op['detail'], { kind: K }> } => op.detail.kind === kind);
  }

  /** The only op of a kind. */
  op<K extends OpKind>(kind: K): Op & { readonly detail: Extract<Op['detail'], { kind: K }> } {
    const [op, ...more] = this.opsOf(kind);
    if (op === undefined || more.length > 0) {
      throw new Error(`not one ${kind} op but: ${JSON.stringify(this.ops, null, 1)}`);
    }
    return op;
  }

  /** Milliseconds of an op by account; open phases run until the cut. */
  ms(op: Op): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { account, start, end } of op.phases) {
      sums[account] = (sums[account] ?? 0) + ((end ?? op.end ?? this.recording.now) - start) / 1e6;
    }
    return sums;
  }
}
