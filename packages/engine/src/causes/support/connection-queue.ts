import type { Request } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy, locateOwn, sumOf } from './located.ts';
import { isOpOf, type OpOf, sentAt } from './ops.ts';
import { Windows } from './windows.ts';

/** A statement that had a connection while another one stood behind it, sent to the same connection. */
export interface Ahead {
  readonly op: OpOf<'db-query'>;
  readonly owner: Request;
  /** Of the late request's wait. */
  readonly ns: number;
}

export interface ConnectionQueue {
  /** Whole time in that queue. */
  readonly ns: number;
  /** The statements of the shape that had the connection longest, longest first. */
  readonly ahead: readonly Ahead[];
}

/** The late request's time behind earlier statements of a shared connection; undefined when who had it is not known. */
export function connectionQueue(late: Case): ConnectionQueue | undefined {
  const waits = locateOwn(late, 'db.client-queue');
  const connections = new Set(waits.flatMap(({ op }) => (op !== undefined && isOpOf(op, 'db-query') ? keyOf(op) : [])));
  if (connections.size === 0) return undefined;
  const windows = new Windows(waits.flatMap((wait) => wait.windows));
  const ahead = [...late.recording.requests.values()].flatMap((owner) =>
    owner.ops.flatMap((op): Ahead[] => {
      if (!isOpOf(op, 'db-query') || !connections.has(keyOf(op))) return [];
      const ns = windows.overlap(itsTurn(op), op.end ?? late.recording.now);
      return ns > 0 ? [{ op, owner, ns }] : [];
    }),
  );
  const shapes = [...groupBy(ahead, ({ op }) => op.detail.shape).values()].sort((a, b) => sumOf(b) - sumOf(a));
  const top = shapes[0]?.toSorted((a, b) => b.ns - a.ns);
  return top === undefined ? undefined : { ns: sumOf(waits), ahead: top };
}

/** When the connection was its own; Infinity while it waits for that. */
function itsTurn(op: OpOf<'db-query'>): number {
  return op.account === 'db.query' ? sentAt(op) : Number.POSITIVE_INFINITY;
}

function keyOf({ detail }: OpOf<'db-query'>): string {
  return `${detail.system} ${detail.database} ${detail.connection}`;
}
