import { setImmediate } from 'node:timers';
import type { VerdictJson } from '@holdup/model';
import { BlockWatch } from './block-watch.ts';
import { now } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { Context } from './context/context.ts';
import { receivedBudget } from './deadline.ts';
import { type DebugAddress, debugPlace } from './debug/address.ts';
import { createReaders } from './debug/readers/readers.ts';
import { readTimeouts } from './debug/readers/timeouts.ts';
import { VerdictLog } from './debug/readers/verdict-log.ts';
import { DeepSwitch } from './deep/deep-switch.ts';
import { Escalation } from './escalation/escalation.ts';
import { keepProfilesIn } from './escalation/keep-profiles.ts';
import { mayProfile } from './escalation/main-profiler.ts';
import { Journal } from './export/journal.ts';
import { VerdictListeners } from './export/verdict-listeners.ts';
import { Judge } from './judge.ts';
import { endDropped } from './probes/http-server.ts';
import { PROBES } from './probes/index.ts';
import { listenProbe } from './probes/listen.ts';
import { loopProbe } from './probes/loop.ts';
import type { FewArguments, Kit } from './probes/probe.ts';
import { Flight } from './recorder/flight.ts';
import type { RequestRecord } from './recorder/request-record.ts';
import type { DebugOptions } from './watchdog/watchdog.ts';

/** Notices about late requests that were not diagnosed come at most this often, ms. */
const SKIPPED_NOTICE_MS = 10_000;

/** The agent of one thread of one process: its parts, what they tell each other, and the boundary to the host. */
export class Agent implements Kit {
  readonly context = new Context();
  readonly flight = new Flight();
  readonly listeners = new VerdictListeners();
  on = true;
  readonly #config: AgentConfig;
  readonly #journal: Journal;
  readonly #judge: Judge;
  readonly #verdicts = new VerdictLog();
  readonly #deep = new DeepSwitch(this.flight, () => this.context.current());
  readonly #escalation: Escalation | undefined;
  #blocks: BlockWatch | undefined;
  readonly #uninstall: (() => void)[] = [];
  #noticedAt = Number.NEGATIVE_INFINITY;
  #noticed = 0;
  #toldParts = 0;

  constructor(config: AgentConfig) {
    this.#config = config;
    this.#journal = new Journal(config.sink);
    if (config.escalate !== 'off' && config.watchdog) this.#escalation = this.#openEscalation();
    this.#judge = new Judge(
      this.flight,
      config,
      (verdict) => this.#publish(verdict),
      (fn) => setImmediate(this.guard(fn)).unref(),
      this.#escalation,
    );
  }

  start(): void {
    // On a standard stream it would be one more line for people to read past at every start.
    if (this.#config.sink.kind === 'file') this.#journal.write('started', { node: process.versions.node });
    if (this.#config.watchdog) this.#blocks = this.#watchBlocks();
    const serve = () => this.#blocks?.serve();
    const beat = () => this.#blocks?.beat();
    const scan = (time: number) => this.#scan(time);
    for (const probe of [...PROBES, listenProbe(serve), loopProbe(beat, scan)]) {
      try {
        this.#uninstall.push(probe.install(this));
        for (const source of probe.sources) this.flight.sources.add(source);
      } catch (error) {
        this.notice(`the ${probe.name} probe could not be installed and is left out: ${describe(error)}`);
      }
    }
  }

  /** What is due now and then while the loop turns. */
  #scan(time: number): void {
    endDropped(this);
    this.#judge.scan(time);
    this.#escalation?.scan(time);
    this.#noticeSkipped(time);
    // Loaded after the host began to listen.
    if (this.flight.requestCount > 0) this.#blocks?.serve();
    this.#tellTimeouts();
  }

  setDeadline(request: RequestRecord, headers: Readonly<Record<string, unknown>>): void {
    const received = receivedBudget(headers);
    const budget = received?.ms ?? this.#config.budgetMs;
    if (!Number.isFinite(budget)) return;
    request.budget = budget;
    request.deadlineAt = request.start + budget;
    request.deadlineSource = received?.source ?? 'default-budget';
  }

  /** Gives the running request a deadline of the program's own. False outside a request. */
  setExplicitDeadline(ms: number): boolean {
    const request = this.context.current();
    if (request === undefined || !(ms > 0)) return false;
    const time = now();
    request.budget = time - request.start + ms;
    request.deadlineAt = time + ms;
    request.deadlineSource = 'explicit';
    return true;
  }

  finished(request: RequestRecord): void {
    this.#judge.finished(request);
  }

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

  /** A bug of the agent: it takes itself out, says so once, and the host goes on as if it had never been there. */
  fail(error: unknown): void {
    if (!this.on) return;
    this.stop();
    this.notice(`turned itself off after an error of its own, the service goes on without it: ${describe(error)}`);
  }

  stop(): void {
    this.on = false;
    this.#blocks?.stop();
    this.#escalation?.stop();
    for (const uninstall of this.#uninstall.splice(0)) {
      try {
        uninstall();
      } catch {
        // Out of the host's way is all that counts now; wrappers left in place only call through.
      }
    }
  }

  notice(text: string): void {
    this.#journal.notice(text);
  }

  /** Once there is something new, so that the endpoint knows it also when it cannot ask. */
  #tellTimeouts(): void {
    const { parts } = this.flight;
    if (parts.version === this.#toldParts || this.#config.debug === undefined) return;
    this.#toldParts = parts.version;
    this.#blocks?.tell('timeouts', readTimeouts({ flight: this.flight, budgets: this.#config }));
  }

  #openEscalation(): Escalation {
    const { profileFolder } = this.#config;
    return new Escalation({
      flight: this.flight,
      deep: this.#deep,
      always: this.#config.escalate === 'always',
      setTicking: (on) => {
        if (this.#blocks !== undefined) this.#blocks.ticking = on;
      },
      isPossible: () => this.flight.sources.has('loop-stacks') && mayProfile(),
      onWindow: profileFolder === undefined ? undefined : keepProfilesIn(profileFolder, (text) => this.notice(text)),
    });
  }

  #watchBlocks(): BlockWatch {
    const events = {
      blocked: () => this.#judge.judgeWhileBlocked(now()),
      over: () => this.listeners.tellHeld(),
      tick: () => this.#deep.tick(),
      off: (reason: string) => this.notice(reason),
    };
    return new BlockWatch(this, events, this.#debugOptions());
  }

  #debugOptions(): DebugOptions | undefined {
    const address = this.#config.debug;
    if (address === undefined) return undefined;
    const readers = createReaders({
      flight: this.flight,
      deep: this.#deep,
      verdicts: this.#verdicts,
      budgets: this.#config,
      skipped: () => this.#judge.skipped,
      current: () => this.context.current(),
      settleDeadline: (request) => this.#judge.applyRouteBudget(request),
    });
    return {
      address,
      read: (name, args, takeStack) => readers.get(name)?.(args, takeStack),
      onNews: ({ port, failure }) => {
        if (failure !== undefined) this.notice(`no debug endpoints: HOLDUP_DEBUG_ADDR: ${failure}`);
        else if (port !== undefined) this.#sayWhere(address, port);
      },
    };
  }

  /** Not where everybody looks first: on a standard stream it would be one more line for people to read past. */
  #sayWhere(asked: DebugAddress, port: number): void {
    if (!asked.isOwn && port === asked.port && this.#config.sink.kind !== 'file') return;
    this.#journal.write('debug', debugPlace(asked, port));
  }

  #publish(verdict: VerdictJson): void {
    this.#journal.write('verdict', verdict);
    this.#verdicts.add(verdict);
    if (this.flight.openBlock === undefined) this.listeners.tell(verdict);
    // Inside blocked code the line is all that can be done.
    else this.listeners.hold(verdict);
  }

  #noticeSkipped(time: number): void {
    const { skipped } = this.#judge;
    if (skipped === this.#noticed || time - this.#noticedAt < SKIPPED_NOTICE_MS) return;
    this.notice(`${skipped - this.#noticed} more late requests were counted but not diagnosed, to stay cheap`);
    this.#noticed = skipped;
    this.#noticedAt = time;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error);
}
