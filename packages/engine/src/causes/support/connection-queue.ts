import type { Request } from '@holdup/model';
import type { Case } from '../../case.ts';
import { groupBy, locateOwn, sumOf } from './located.ts';
import { isOpOf, type OpOf } from './ops.ts';
import { Windows } from './windows.ts';

/** A statement that had a connection while another one stood behind it, sent to the same connection. */
export interface Ahead {
  /** `redis BLPOP`, a statement without its literals. */
  readonly name: string;
  /** Whose it is; undefined for background work. */
  readonly owner: Request | undefined;
  readonly open: boolean;
  /** Of the late request's wait. */
  readonly ns: number;
}

export interface ConnectionQueue {
  /** Whole time in that queue. */
  readonly ns: number;
  readonly database: string;
  /** The statements of the shape that had the connection longest, longest first. */
  readonly ahead: readonly Ahead[];
}

/** The late request's time behind earlier statements of a shared connection; undefined when who had it is not known. */
export function connectionQueue(late: Case): ConnectionQueue | undefined {
  const waits = locateOwn(late, 'db.client-queue');
  const statements = waits.flatMap(({ op }) => (op !== undefined && isOpOf(op, 'db-query') ? [op] : []));
  const connections = new Set(statements.map(keyOf));
  const [first] = statements;
  if (first === undefined) return undefined;
  const windows = new Windows(waits.flatMap((wait) => wait.windows));
  const ahead = aheadOn(late, connections, (start, end) => windows.overlap(start, end ?? late.recording.now));
  const shapes = [...groupBy(ahead, ({ name }) => name).values()].sort((a, b) => sumOf(b) - sumOf(a));
  const top = shapes[0]?.toSorted((a, b) => b.ns - a.ns);
  return top === undefined ? undefined : { ns: sumOf(waits), database: first.detail.database, ahead: top };
}

type Overlap = (start: number, end: number | undefined) => number;

function aheadOn(late: Case, connections: ReadonlySet<string>, overlap: Overlap): Ahead[] {
  const ahead: Ahead[] = [];
  // Several may stand behind one command of background work, which only they know of.
  const background = new Map<string, Ahead>();
  for (const owner of late.recording.requests.values()) {
    for (const op of owner.ops) {
      if (!isOpOf(op, 'db-query') || !connections.has(keyOf(op))) continue;
      ahead.push({
        name: op.detail.shape,
        owner,
        open: op.end === undefined,
        ns: overlap(itsTurn(op), op.end),
      });
      const before = op.detail.ahead;
      if (before === undefined) continue;
      const { name, start, end } = before;
      background.set(`${keyOf(op)} ${start}`, {
        name,
        owner: undefined,
        open: end === undefined,
        ns: overlap(start, end),
      });
    }
  }
  return [...ahead, ...background.values()].filter(({ ns }) => ns > 0);
}

/** When the connection was its own; Infinity while it waits for that. */
function itsTurn({ start, account, phases }: OpOf<'db-query'>): number {
  if (account !== 'db.query') return Number.POSITIVE_INFINITY;
  const waits = phases.filter((phase) => phase.account !== 'db.query');
  return Math.max(start, ...waits.map(({ end }) => end ?? Number.POSITIVE_INFINITY));
}

function keyOf({ detail }: OpOf<'db-query'>): string {
  return `${detail.system} ${detail.database} ${detail.connection}`;
}
