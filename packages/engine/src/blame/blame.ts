import {
  type Blame,
  type BlameEnd,
  type BlamePart,
  type BlameShare,
  type Entry,
  type Ledger,
  ns,
  type RequestId,
  type ResourceId,
} from '@holdup/model';
import { type Activity, type BlameContext, findActivities } from './activities.ts';
import { apportion } from './apportion.ts';
import { lengthOf, unite } from './spans.ts';
import { findTenures, holderKey, type Tenure } from './tenures.ts';

/** A chain longer than this is nothing a person can follow. */
const MAX_DEPTH = 8;

/** Blames in one answer: a full pool whose holders wait for a full pool would multiply at every level. */
const MAX_BLAMES = 48;

/** More holders than a pool usually has; the shares of the rest are named, but not looked into. */
export const MAX_HOLDERS_OPENED = 20;

/**
 * A cause must explain a tenth of the wall time. What is under a hundredth of the late request's wait is not looked
 * into: a holder's own wait (but for the largest: a chain goes on there), and what a holder of a holder did.
 */
const LEAST_SHARE = 0.01;

/** A request's time on entries that wait for one resource. */
export interface Wait {
  readonly resource: ResourceId;
  /** In order of time. */
  readonly entries: readonly Entry[];
  /** Of the entries; inside a blame scaled to the waiter's own part in it. */
  readonly ns: number;
}

/** What the request of this ledger waited for, one per resource, longest first. */
export function waitsOf(ledger: Ledger): Wait[] {
  const byResource = new Map<ResourceId, Entry[]>();
  for (const entry of ledger.entries) {
    if (entry.resource === undefined) continue;
    const entries = byResource.get(entry.resource);
    if (entries === undefined) byResource.set(entry.resource, [entry]);
    else entries.push(entry);
  }
  const waits = [...byResource].map(([resource, entries]) => ({ resource, entries, ns: lengthOf(entries) }));
  return waits.sort((a, b) => b.ns - a.ns || (a.resource < b.resource ? -1 : 1));
}

/** Who held what a late request waited for. */
export function blameFor(wait: Wait, late: RequestId, context: BlameContext): Blame {
  return blameWait(wait, { path: [late], allowance: MAX_BLAMES, least: LEAST_SHARE * wait.ns }, context);
}

/** How far to look. */
interface Scope {
  /** Requests on the chain so far, the late one first. */
  readonly path: readonly RequestId[];
  /** How many blames this one may take, itself not counted. */
  readonly allowance: number;
  /** Less than this changes nothing that anybody says. */
  readonly least: number;
}

/** A share whose parts still have to be followed. */
interface Draft {
  readonly tenure: Tenure;
  readonly share: number;
  readonly parts: readonly { readonly activity: Activity; readonly ns: number }[];
}

function blameWait(wait: Wait, scope: Scope, context: BlameContext): Blame {
  const tenures = findTenures(wait.resource, wait.entries, context.index);
  const covered = lengthOf(unite(tenures.flatMap((tenure) => tenure.spans)));
  const total = lengthOf(wait.entries);
  const [known = 0, unknown = 0] = apportion(wait.ns, [covered, total - covered]);
  const drafts = draftShares(tenures, known, wait, scope, context);
  const followed = chooseFollowed(drafts, scope);
  const left = followed.size === 0 ? 0 : Math.floor((scope.allowance - followed.size) / followed.size);
  const shares = drafts.map((draft) => finishShare(draft, followed, { ...scope, allowance: left }, context));
  if (unknown > 0) shares.push(unknownShare(total - covered, unknown));
  return {
    resource: wait.resource,
    wait: ns(wait.ns),
    entries: wait.entries,
    shares: shares.sort((a, b) => b.share - a.share),
  };
}

const NOT_LOOKED_INTO: Activity = { account: 'unattributed', ns: 0, end: 'unknown' };

function draftShares(
  tenures: readonly Tenure[],
  known: number,
  wait: Wait,
  { path, least }: Scope,
  context: BlameContext,
): Draft[] {
  const account = wait.entries[0]?.account ?? 'unattributed';
  const shares = apportion(
    known,
    tenures.map((tenure) => tenure.weight),
  );
  const sized = tenures.map((tenure, i) => ({ tenure, share: shares[i] ?? 0 })).filter(({ share }) => share > 0);
  sized.sort((a, b) => b.share - a.share || (holderKey(a.tenure.holder) < holderKey(b.tenure.holder) ? -1 : 1));
  const routes = new Set<string>();
  return sized.map(({ tenure, share }, rank) => {
    // The largest of a route is what is shown of it.
    const matters = path.length === 1 || share >= least || !routes.has(tenure.holder.route);
    routes.add(tenure.holder.route);
    const isOpened = (rank < MAX_HOLDERS_OPENED && matters) || tenure.doing !== undefined;
    if (!isOpened) return { tenure, share, parts: [{ activity: NOT_LOOKED_INTO, ns: share }] };
    const activities = findActivities(tenure, path, account, context);
    const parts = apportion(
      share,
      activities.map((activity) => activity.ns),
    );
    return {
      tenure,
      share,
      parts: activities.map((activity, i) => ({ activity, ns: parts[i] ?? 0 })).filter((part) => part.ns > 0),
    };
  });
}

/** The largest waits of all holders together. */
function chooseFollowed(drafts: readonly Draft[], { path, allowance, least }: Scope): ReadonlySet<Activity> {
  if (path.length > MAX_DEPTH) return new Set();
  const waits = drafts.flatMap((draft) => draft.parts.filter((part) => part.activity.wait !== undefined));
  waits.sort((a, b) => b.ns - a.ns);
  const always = path.length === 1 ? 1 : 0;
  const followed = waits.slice(0, allowance).filter((part, rank) => rank < always || part.ns >= least);
  return new Set(followed.map((part) => part.activity));
}

function finishShare(
  { tenure, share, parts }: Draft,
  followed: ReadonlySet<Activity>,
  scope: Scope,
  context: BlameContext,
): BlameShare {
  const { holder, spans } = tenure;
  const finished = parts.map(({ activity, ns: length }): BlamePart => {
    const { account, op, end, wait } = activity;
    const part: { -readonly [K in keyof BlamePart]: BlamePart[K] } = { account, ns: ns(length) };
    if (op !== undefined) part.op = op;
    if (wait === undefined) {
      if (end !== undefined) part.end = end;
    } else if (followed.has(activity)) {
      const path = holder.requestId === undefined ? scope.path : [...scope.path, holder.requestId];
      part.next = blameWait({ ...wait, ns: length }, { ...scope, path }, context);
    } else {
      part.end = 'unknown';
    }
    return part;
  });
  finished.sort((a, b) => b.ns - a.ns);
  const end = commonEnd(finished);
  return {
    holder,
    overlap: ns(lengthOf(spans)),
    share: ns(share),
    parts: finished,
    ...(end !== undefined && { end }),
  };
}

/** Set when the whole share ends in one way. */
function commonEnd(parts: readonly BlamePart[]): BlameEnd | undefined {
  const [first] = parts;
  return parts.every((part) => part.end === first?.end) ? first?.end : undefined;
}

function unknownShare(overlap: number, share: number): BlameShare {
  return {
    holder: { route: 'unknown' },
    overlap: ns(overlap),
    share: ns(share),
    parts: [{ account: 'unattributed', ns: ns(share), end: 'unknown' }],
    end: 'unknown',
  };
}
