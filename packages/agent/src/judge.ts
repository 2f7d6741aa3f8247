import { diagnose, verdictToJson } from '@holdup/engine';
import type { VerdictJson } from '@holdup/model';
import { now, OPEN } from './clock.ts';
import type { AgentConfig } from './config.ts';
import { cpuClock } from './cpu-clock.ts';
import type { Escalation } from './escalation/escalation.ts';
import { requestIdOf } from './recorder/cut.ts';
import { Fifo } from './recorder/fifo.ts';
import type { Flight } from './recorder/flight.ts';
import type { RequestRecord } from './recorder/request-record.ts';
import { routeOf } from './recorder/route.ts';
import { Scene } from './recorder/scene.ts';

/** After a late request ended, ms: the GC's entries and the watchdog's report arrive a little later. */
const SETTLE_MS = 100;
/**
 * After the deadline of a request still in flight, ms. Which of its open ops it really waits for shows when it goes on;
 * the rest of the second within which a verdict is promised is for finding and diagnosing it.
 */
const SETTLE_IN_FLIGHT_MS = 600;
/**
 * The next look into a block may come so much later, ms. Behind a block more is known than within it: its length, its
 * stack, how much of it was collection. So who is overdue waits for another look, if that still comes in time.
 */
const NEXT_LOOK_MS = 750;
/** Share of one core that thinking may cost. The rest of the late requests is counted, not diagnosed. */
const MAX_CPU_SHARE = 0.03;
/** Thinking time that may be saved up, ms: a quiet service answers a first burst of late requests at once. */
const MAX_SAVED_MS = 300;
/** Thinking time that may be owed, ms: one dear diagnosis must not silence the next seconds. */
const MAX_OWED_MS = 60;
/** Thinking time at a stretch, ms, before the host's own callbacks get their turn. A verdict is not cut short: most take 1, some 5, the first ones more. */
const SLICE_MS = 3;
/** A route that had no verdict for so long gets one even when the share is used up: another fault may be on by now. */
const ROUTE_DUE_MS = 1_000;
/** Routes whose last verdict is remembered; beyond it the memory starts anew. */
const MAX_ROUTES = 1_000;
/** A verdict later than this after the deadline helps nobody: the request is counted only. Milliseconds. */
const MAX_WAIT_MS = 900;
/** A request that failed, or whose caller went away, sooner than this and within its budget is no reason to look closer: a sampled profile sees next to nothing of it. Milliseconds. */
const WORTH_A_LOOK_MS = 100;
/** Late requests that may wait for their turn. */
const MAX_WAITING = 200;

/** So old a scene may be. What ended since waits for the next one. Milliseconds. */
const SCENE_MS = 250;

interface Waiting {
  readonly request: RequestRecord;
  readonly since: number;
}

/** Finds late requests and has them diagnosed, within its share of the host's time. */
export class Judge {
  readonly #flight: Flight;
  readonly #config: AgentConfig;
  readonly #publish: (verdict: VerdictJson) => void;
  /** Looks closer when requests turn late. */
  readonly #closer: Escalation | undefined;
  readonly #later: (fn: () => void) => void;
  readonly #waiting = new Fifo<Waiting>();
  readonly #shortest: number;
  readonly #cpuUsage = cpuClock();
  readonly #lastVerdict = new Map<string, number>();
  #judging = false;
  #goesOn = false;
  #saved = MAX_SAVED_MS;
  #lastScan = now();
  /** Late requests that were never diagnosed because the share was used up. */
  skipped = 0;

  /** @param later runs it in another turn of the loop */
  constructor(
    flight: Flight,
    config: AgentConfig,
    publish: (verdict: VerdictJson) => void,
    later: (fn: () => void) => void,
    closer?: Escalation,
  ) {
    this.#closer = closer;
    this.#flight = flight;
    this.#config = config;
    this.#publish = publish;
    this.#later = later;
    this.#shortest = Math.min(config.budgetMs, ...config.routeBudgets.values());
  }

  /** A request ended: notes it when it was late, and learns from it when it was not. */
  finished(request: RequestRecord): void {
    if (request.late) return;
    const { status } = request;
    this.applyRouteBudget(request);
    const late =
      request.end > request.deadlineAt ||
      request.cancelledAt !== OPEN ||
      request.serverTimeout !== undefined ||
      status === 503 ||
      status === 504 ||
      (status >= 500 && request.sawTimeout);
    if (late) this.#add(request, request.end);
    else if (status < 400 && this.#flight.mayLearn(request.end)) this.#learn(request);
  }

  /** Called a few times a second: finds deadlines that passed in flight and judges whose time has come. */
  scan(time: number): void {
    for (const request of this.#flight.inFlight)
      if (this.#isOverdue(request, time)) this.#add(request, request.deadlineAt);
    this.#saved = Math.min(MAX_SAVED_MS, this.#saved + (time - this.#lastScan) * MAX_CPU_SHARE);
    this.#lastScan = time;
    if (!this.#goesOn) this.#judgeSettled(time, this.#sceneAt(time));
    this.#flight.forgetBefore(this.#oldestStart());
  }

  /** With all whose time has come. */
  #sceneAt(time: number): Scene {
    return new Scene(
      this.#flight,
      [...this.#waiting].filter((waiting) => isSettled(waiting, time)).map(({ request }) => request),
    );
  }

  /** Of a burst of late requests no more at a stretch than fits into a slice. */
  #judgeSettled(time: number, scene: Scene): void {
    for (let left = this.#waiting.size; left > 0; left--) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (scene.has(next.request) && isSettled(next, time) && this.#mayJudge(next.request, time)) {
        this.#judge(next.request, scene);
        if (now() - time < SLICE_MS) continue;
        this.#goOnLater(scene);
        return;
      }
      if (time - next.since < MAX_WAIT_MS) this.#waiting.push(next);
      else this.skipped++;
    }
  }

  /** With the same scene: to make one costs more than most verdicts on it. */
  #goOnLater(scene: Scene): void {
    if (this.#waiting.size === 0) return;
    this.#goesOn = true;
    this.#later(() => {
      this.#goesOn = false;
      const time = now();
      this.#judgeSettled(time, time - scene.madeAt < SCENE_MS ? scene : this.#sceneAt(time));
    });
  }

  /** Of the requests that may still get a verdict; Infinity where there are none. */
  #oldestStart(): number {
    // In the order they began.
    let oldest = this.#flight.inFlight.first?.start ?? Number.POSITIVE_INFINITY;
    for (const { request } of this.#waiting) oldest = Math.min(oldest, request.start);
    return oldest;
  }

  #mayJudge(request: RequestRecord, time: number): boolean {
    if (this.#saved > 0) return true;
    return time - (this.#lastVerdict.get(routeOf(request)) ?? Number.NEGATIVE_INFINITY) > ROUTE_DUE_MS;
  }

  /**
   * The event loop is blocked and this runs inside the blocked code, called by the watchdog: those whose deadline
   * passed a while ago get their verdict now, since nobody knows when the loop comes back. Not when the judge itself
   * was what ran.
   */
  judgeWhileBlocked(time: number): void {
    if (this.#judging) return;
    const isLast = (since: number) => time + NEXT_LOOK_MS > since + MAX_WAIT_MS;
    const overdue = [...this.#flight.inFlight].filter(
      (request) => this.#isOverdue(request, time) && isLast(request.deadlineAt),
    );
    const isDue = (waiting: Waiting) => isLast(waiting.since) || isSettled(waiting, time);
    const waiting = [...this.#waiting].filter(isDue).map(({ request }) => request);
    const scene = new Scene(this.#flight, [...overdue, ...waiting]);
    for (const request of overdue) {
      if (this.#saved <= 0) return;
      request.late = true;
      this.#closer?.late(time);
      this.#judge(request, scene);
    }
    for (let left = this.#waiting.size; left > 0; left--) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (isDue(next) && this.#saved > 0) this.#judge(next.request, scene);
      else this.#waiting.push(next);
    }
  }

  /** In flight, and its deadline has passed without anybody noticing yet. */
  #isOverdue(request: RequestRecord, time: number): boolean {
    if (request.late || (time <= request.deadlineAt && time - request.start < this.#shortest)) return false;
    this.applyRouteBudget(request);
    return time > request.deadlineAt && !isStream(request);
  }

  #add(request: RequestRecord, since: number): void {
    if (isStream(request)) return;
    request.late = true;
    if (since >= request.deadlineAt || since - request.start >= WORTH_A_LOOK_MS) this.#closer?.late(since);
    if (this.#waiting.size >= MAX_WAITING) {
      this.#waiting.shift();
      this.skipped++;
    }
    this.#waiting.push({ request, since });
  }

  #judge(request: RequestRecord, scene: Scene): void {
    this.#judging = true;
    try {
      this.#diagnose(request, scene);
    } finally {
      this.#judging = false;
    }
  }

  #diagnose(request: RequestRecord, scene: Scene): void {
    const began = now();
    const cpuBefore = this.#cpuUsage();
    const { index } = scene;
    const verdict = diagnose(index.recording, requestIdOf(request), { index });
    const json = verdictToJson(verdict, index.recording);
    const profile = this.#closer?.sliceOf(request, this.#flight.openBlock === undefined);
    this.#publish(profile === undefined ? json : { ...json, profile });
    const ended = now();
    // What the machine gave to others meanwhile is not ours; CPU time counts other threads too where Node tells no better.
    const spent = Math.min(ended - began, this.#cpuUsage() - cpuBefore);
    this.#saved = Math.max(-MAX_OWED_MS, this.#saved - spent);
    if (this.#lastVerdict.size >= MAX_ROUTES) this.#lastVerdict.clear();
    this.#lastVerdict.set(verdict.route, ended);
  }

  /** Routes are known only after routing, so a budget per route replaces the default one when it first matters. */
  applyRouteBudget(request: RequestRecord): void {
    // Without a default budget nothing has set a deadline yet.
    const { deadlineSource = 'default-budget' } = request;
    if (deadlineSource !== 'default-budget' || this.#config.routeBudgets.size === 0) return;
    const budget = this.#config.routeBudgets.get(routeOf(request));
    if (budget === undefined) return;
    request.budget = budget;
    request.deadlineAt = request.start + budget;
    request.deadlineSource = 'route-budget';
  }

  #learn(request: RequestRecord): void {
    const { usual } = this.#flight;
    usual.learn(routeOf(request), request.end - request.start);
    for (const op of request.ops) {
      if (op.end === OPEN || op.failure !== undefined) continue;
      const key = op.usualKey();
      if (key !== undefined) usual.learn(key, op.end - op.start);
    }
  }
}

function isSettled({ request, since }: Waiting, time: number): boolean {
  const { end } = request;
  return time - (end === OPEN ? since : end) >= (end === OPEN ? SETTLE_IN_FLIGHT_MS : SETTLE_MS);
}

const CONTENT_TYPE = '\r\ncontent-type:';
const EVENT_STREAM = 'text/event-stream';

/** Server-sent events are open for as long as the caller likes: no deadline of theirs can pass. */
function isStream({ response }: RequestRecord): boolean {
  if (!response?.headersSent) return false;
  const { sentHeaders, _header } = response;
  const type = sentHeaders?.['content-type'];
  if (type !== undefined) return String(type).toLowerCase().startsWith(EVENT_STREAM);
  const header = String(_header).toLowerCase();
  const at = header.indexOf(CONTENT_TYPE);
  return (
    at >= 0 &&
    header
      .slice(at + CONTENT_TYPE.length)
      .trimStart()
      .startsWith(EVENT_STREAM)
  );
}
