import { type ConnectAttempt, msToNs, type Op } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';
import { type Located, locate } from './located.ts';
import { hostOf } from './ops.ts';

/** Addresses that an op's connect tried, in order. */
export function attemptsOf(op: Op | undefined): readonly ConnectAttempt[] {
  if (op?.detail.kind === 'http-client') return op.detail.socket?.attempts ?? [];
  return op?.detail.kind === 'socket' ? op.detail.socket.attempts : [];
}

export function hostOfConnect(late: Case, { op }: Pick<Located, 'op'>): string {
  return op === undefined ? 'an unknown host' : hostOf(late.recording, op);
}

/** `10.0.0.7: connected after 12 ms` */
export function describeAttempt({ address, start, end, result, code, cut }: ConnectAttempt): string {
  if (end === undefined) return `${address}: no answer yet`;
  const how = cut === true ? 'given up for the next address' : result;
  return `${address}: ${how} after ${formatMs(end - start)}${code === undefined ? '' : ` (${code})`}`;
}

/** How long an attempt lasted; undefined while it is open. */
export function lengthOfAttempt({ start, end }: ConnectAttempt): number | undefined {
  return end === undefined ? undefined : end - start;
}

/** A connect must take longer than the cap by more than a timer's being late to show that the cap was too short. */
const CLEARLY_LONGER_NS = msToNs(20);

/** A connect of which the runtime gave up addresses, each after the same time, to try the next (Happy Eyeballs). */
export interface CappedConnect {
  readonly connect: Located;
  /** The longest attempt that was cut, ns. */
  readonly cap: number;
  /** Addresses that were given up. */
  readonly cut: number;
  /** The late request's time on them. */
  readonly ns: number;
  /** An attempt at the same host that was answered, after longer than the cap: waiting longer would have done. */
  readonly proof: ConnectAttempt | undefined;
}

/** The largest first. */
export function cappedConnects(late: Case): readonly CappedConnect[] {
  return late.once(findCapped);
}

/** Time of a connect that the cap explains. */
export function explainedByCap(late: Case, connect: Located): number {
  const capped = cappedConnects(late).find(
    (each) => each.connect.op === connect.op && each.connect.step === connect.step,
  );
  return capped?.proof === undefined ? 0 : capped.ns;
}

function findCapped(late: Case): CappedConnect[] {
  return locate(late, 'tcp')
    .filter(({ op }) => attemptsOf(op).some(isCut))
    .map((connect) => judgeConnect(late, connect))
    .sort((a, b) => b.ns - a.ns);
}

function judgeConnect(late: Case, connect: Located): CappedConnect {
  const lengths = attemptsOf(connect.op)
    .filter(isCut)
    .map((attempt) => lengthOfAttempt(attempt) ?? 0);
  const cap = Math.max(...lengths);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  return {
    connect,
    cap,
    cut: lengths.length,
    ns: Math.min(connect.ns, Math.round(whole * connect.scale)),
    proof: findProof(late, connect, cap),
  };
}

/** The last address of this connect, which has no cap; else any, where nobody gets through to the host in less. */
function findProof(late: Case, connect: Located, cap: number): ConnectAttempt | undefined {
  const isSlow = (attempt: ConnectAttempt) => (lengthOfAttempt(attempt) ?? 0) >= cap + CLEARLY_LONGER_NS;
  const own = attemptsOf(connect.op).find(isConnected);
  if (own !== undefined) return isSlow(own) ? own : undefined;
  const answered = answeredBy(late, hostOfConnect(late, connect));
  return answered.every(isSlow) ? answered[0] : undefined;
}

/** Attempts at a host that were answered, whoever made them. */
function answeredBy(late: Case, host: string): ConnectAttempt[] {
  const answered: ConnectAttempt[] = [];
  for (const { ops } of late.recording.requests.values()) {
    for (const op of ops) {
      if (hostOfConnect(late, { op }) === host) answered.push(...attemptsOf(op).filter(isConnected));
    }
  }
  return answered;
}

export function isConnected({ result }: ConnectAttempt): boolean {
  return result === 'connected';
}

function isCut({ cut }: ConnectAttempt): boolean {
  return cut === true;
}
