import type { BlameShare, Holder, Ns, Request } from '@holdup/model';
import { MAX_HOLDERS_OPENED, type Wait } from '../../blame/blame.ts';
import { clip, lengthOf, type Span } from '../../blame/spans.ts';
import { findTenures, holderKey, type Tenure } from '../../blame/tenures.ts';
import type { Case } from '../../case.ts';
import { isMaterial } from './significance.ts';

/** Deadlines that a caller sent: it has stopped waiting when they pass. One of the service's own says nothing of it. */
const CALLERS_OWN: readonly string[] = ['grpc-timeout', 'x-envoy-expected-rq-timeout-ms', 'x-request-timeout-ms'];

/** Somebody who held what the late request waited for when its own caller had gone. */
export interface Orphan {
  readonly share: BlameShare;
  readonly holder: Holder;
  /** Part of the late request's wait, after that caller had gone. */
  readonly ns: number;
  /** When nobody waited for it any more. */
  readonly goneAt: Ns;
  /** The caller hung up; else the deadline it sent had passed. */
  readonly hungUp: boolean;
}

/** One wait of the late request and those in it that worked for nobody, largest first. */
export interface OrphanedWait {
  readonly wait: Wait;
  readonly orphans: readonly Orphan[];
}

/** Waits behind work that nobody waited for. */
export function orphanedWaits(late: Case): OrphanedWait[] {
  return late.waits
    .filter((wait) => isMaterial(late, wait.ns))
    .map((wait) => ({ wait, orphans: orphansOf(late, wait) }))
    .filter(({ orphans }) => orphans.length > 0);
}

function orphansOf(late: Case, wait: Wait): Orphan[] {
  const shares = new Map(late.blameFor(wait).shares.map((share) => [holderKey(share.holder), share]));
  const tenures = findTenures(wait.resource, wait.entries, late.index).sort((a, b) => b.weight - a.weight);
  return tenures
    .slice(0, MAX_HOLDERS_OPENED)
    .flatMap((tenure) => {
      const share = shares.get(holderKey(tenure.holder));
      return share === undefined ? [] : (orphanOf(late, wait, tenure, share) ?? []);
    })
    .sort((a, b) => b.ns - a.ns);
}

function orphanOf(late: Case, wait: Wait, tenure: Tenure, share: BlameShare): Orphan | undefined {
  const { holder, spans, doing } = tenure;
  const { requestId } = holder;
  const request = requestId === undefined ? undefined : late.recording.requests.get(requestId);
  const gone = request === undefined || request.id === late.request.id ? undefined : goneOf(request);
  if (request === undefined || gone === undefined) return undefined;
  const after = clip(spans, gone.goneAt, Number.POSITIVE_INFINITY);
  if (after.length === 0) return undefined;
  // A connection that a cancelled request forgot is a leak. Running on the loop or in a thread is work by itself.
  if (doing === undefined && !isAtWork(late, wait, tenure, request, after)) return undefined;
  return { share, holder, ns: (share.share * lengthOf(after)) / lengthOf(spans), ...gone };
}

function goneOf({ cancelledAt, deadline }: Request): Pick<Orphan, 'goneAt' | 'hungUp'> | undefined {
  const passed = deadline !== undefined && CALLERS_OWN.includes(deadline.source) ? deadline.at : undefined;
  if (cancelledAt !== undefined && (passed === undefined || cancelledAt <= passed)) {
    return { goneAt: cancelledAt, hungUp: true };
  }
  return passed === undefined ? undefined : { goneAt: passed, hungUp: false };
}

/** It is at something still, or gave back in the end what it held. */
function isAtWork(late: Case, { resource }: Wait, { units }: Tenure, owner: Request, after: readonly Span[]): boolean {
  const { now } = late.recording;
  if (owner.ops.some(({ start, end = now }) => clip(after, start, end).length > 0)) return true;
  const held = late.index.holds.get(resource)?.within(after[0]?.start ?? now, now) ?? [];
  return held.some(({ holder, unit, end }) => holder.requestId === owner.id && units.has(unit) && end !== undefined);
}
