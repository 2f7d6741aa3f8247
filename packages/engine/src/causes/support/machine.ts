import { type Usual, withoutBrackets, withoutPort } from '@holdup/model';
import type { Case } from '../../case.ts';
import { formatMs } from './format.ts';
import type { OpOf } from './ops.ts';
import { beyondUsual, isMaterial, isUnusual } from './significance.ts';
import { WHO_ELSE } from './starved.ts';

/**
 * The machine had no processor to spare while the request was there. A thread that waits for answers needs one a few dozen times a
 * second, for less than a millisecond each, and elsewhere has it at once: where that alone took so long that
 * it counts, several others wanted it as well.
 */
interface Shortage {
  /** The loop's thread was ready to run and had none, ns. */
  readonly queued: number;
  /** How many times as long as on a free machine everything took that thread did. */
  readonly factor: number;
}

interface PeerWait {
  readonly ns: number;
  readonly usual: Usual | undefined;
}

/**
 * Why a peer on this machine may be as quick as ever: its processes wanted a processor as this one did. Undefined where
 * the machine had processors to spare, where the peer is elsewhere, and where the peer was slower than that explains.
 *
 * @param address `127.0.0.1:5432/shop`, `localhost:3000`, the path of a socket
 */
export function machineText(late: Case, address: string, waits: readonly PeerWait[]): string | undefined {
  const shortage = late.once(shortageOf);
  if (shortage === undefined || !isOnThisMachine(address) || isSlowAnyway(late, waits, shortage)) return undefined;
  const queued = formatMs(shortage.queued);
  return `${WHO_ELSE}: ${address} runs on it, too, and this process was ready to run and had no processor for ${queued} of ${formatMs(late.ledger.wall)}, so the peer need not have been slow by itself`;
}

/** Why no work of this process need have been too much: with a processor at hand all the time the request had been in time. */
export function shortageText(late: Case): string | undefined {
  const shortage = late.once(shortageOf);
  const { ledger, request } = late;
  if (shortage === undefined || request.deadline === undefined) return undefined;
  if (ledger.wall - shortage.queued > request.deadline.budget) return undefined;
  return `${WHO_ELSE}: this process was ready to run and had no processor for ${formatMs(shortage.queued)} of ${formatMs(ledger.wall)}, without which ${request.route} would not have been late`;
}

/** What {@link machineText} says of one call, for what says that it should have been ended sooner. */
export function machineBehind(late: Case, { detail, start, end, usual }: OpOf<'http-client'>): string | undefined {
  return machineText(late, detail.host, [{ ns: (end ?? late.recording.now) - start, usual }]);
}

/**
 * Of a peer of which nothing is known the service's own wait for a processor is all there is to go by: it must be long enough for
 * a verdict, see `rank`.
 */
const LEAST_SHARE_ALONE = 0.35;

/** With no more of its time than a free machine would have given it, it would be slow, or the request late, still. */
function isSlowAnyway(late: Case, waits: readonly PeerWait[], { queued, factor }: Shortage): boolean {
  if (waits.every(({ usual }) => usual !== undefined)) {
    const slow = waits.filter(({ ns, usual }) => isUnusual(ns / factor, usual) === true);
    return isMaterial(
      late,
      slow.reduce((sum, { ns, usual }) => sum + beyondUsual(ns, usual), 0),
    );
  }
  if (queued < LEAST_SHARE_ALONE * late.ledger.wall) return true;
  const saved = waits.reduce((sum, { ns }) => sum + ns - ns / factor, 0);
  const { deadline } = late.request;
  return deadline !== undefined && late.ledger.wall - saved > deadline.budget;
}

function shortageOf(late: Case): Shortage | undefined {
  const { request, ledger, recording } = late;
  const { cpu = [] } = recording.loop;
  const end = request.end ?? recording.now;
  const before = cpu.findLast(({ at }) => at <= request.start);
  const after = cpu.find(({ at }) => at >= end) ?? cpu.at(-1);
  if (before?.queued === undefined || after?.queued === undefined || after.at <= before.at) return undefined;
  const queued = Math.min(after.queued - before.queued, ledger.wall);
  if (!isMaterial(late, queued)) return undefined;
  const used = after.used - before.used;
  return { queued, factor: (used + queued) / Math.max(1, used) };
}

/** The loopback addresses, and sockets in the file system. */
function isOnThisMachine(address: string): boolean {
  if (address.startsWith('/')) return true;
  const host = withoutBrackets(withoutPort(address.split('/', 1)[0] ?? ''));
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.');
}
