import assert from 'node:assert/strict';
import type { BusyStretch, GcPause, Holder, LoopBlock, OpDetail, Phase, Request } from '@holdup/model';
import { type Account, type Ledger, msToNs, type Op, type OpId, type Recording, type RequestId } from '@holdup/model';
import { partition, type Window } from '../partition/partition.ts';

/** Rows as `drawRecording` reads them, and the `ledger` row to expect. */
export type Drawing = Readonly<Record<string, string>>;

/** @param more.account Entries of this account show as `*`, to tell a phase from the rest of its op. */
export function assertLedger(drawing: Drawing, more: { window?: Window; account?: Account } = {}): void {
  const { ledger: expected, ...rows } = drawing;
  const { request, recording } = drawRecording(rows);
  const ledger = partition(request, recording, more.window);
  assert.equal(drawLedger(ledger, more.account), expected);
}

/** One column of a drawing. */
const CELL_MS = 1;

const SELF = 'self' as RequestId;
const ME: Holder = { requestId: SELF, route: 'GET /self' };
const OTHER: Holder = { requestId: 'other' as RequestId, route: 'GET /other' };

/** How the drawing shows time that is on no op's account. */
const ACCOUNT_MARKS: Partial<Record<Account, string>> = {
  cpu: '@',
  gc: '%',
  'loop.blocked': '#',
  'loop.busy': '+',
  unattributed: '.',
};

/**
 * A recording drawn by hand, one column a millisecond, rows in any order:
 *
 *     request  ==========    the request; a `>` as last mark: in flight, the recording is cut there
 *     a          ====        an op with that name; a `>` as last mark: still open
 *     t5         ====        a timer of 5 ms; without a number of 1 ms
 *     a.tls       ==         a phase of `a` on that account
 *     b<a          =         an op that is a part of `a`
 *     loop     @@  ++##?!%   busy: own, another's, another's block, of unknown owner, block of unknown owner, pause
 *
 * Without a `loop` row the loop was not watched.
 */
export function drawRecording(drawing: Drawing): {
  request: Request;
  recording: Recording;
} {
  const rows = Object.entries(drawing);
  const loop = rows.find(([name]) => name === 'loop')?.[1];
  const life = boundsOf(rows.find(([name]) => name === 'request')?.[1] ?? '');
  const ops = rows.filter(([name]) => /^\w\d*(<\w)?$/.test(name)).map(([name, row]) => drawOp(name, row, rows));
  const request: Request = {
    id: SELF,
    traceId: 'trace',
    kind: 'http',
    route: ME.route,
    ...life,
    outcome: 'deadline-exceeded',
    ops: ops.sort((a, b) => a.start - b.start),
  };
  const recording: Recording = {
    origin: 0n,
    now: msToNs(Math.max(...rows.map(([, row]) => row.trimEnd().length)) * CELL_MS),
    requests: new Map([[SELF, request]]),
    resources: new Map(),
    holds: [],
    loop: drawLoop(loop ?? ''),
    lookups: [],
    lookupSlots: 2,
    sources: new Set(loop === undefined ? ['ledger'] : ['ledger', 'loop', 'gc']),
    completeSince: msToNs(0),
  };
  return { request, recording };
}

/** The ledger as a row: the op's name, or a mark where the account is not the op's. */
export function drawLedger(ledger: Ledger, account?: Account): string {
  let row = ' '.repeat(Math.round(ledger.start / msToNs(CELL_MS)));
  for (const entry of ledger.entries) {
    const mark = ACCOUNT_MARKS[entry.account] ?? (account === entry.account ? '*' : entry.op) ?? '?';
    row += mark.repeat(Math.round((entry.end - entry.start) / msToNs(CELL_MS)));
  }
  return row;
}

function boundsOf(row: string): { start: Op['start']; end?: Op['start'] } {
  const from = row.search(/\S/);
  const to = row.trimEnd().length;
  const start = msToNs(from * CELL_MS);
  return row.trimEnd().endsWith('>') ? { start } : { start, end: msToNs(to * CELL_MS) };
}

function drawOp(name: string, row: string, rows: readonly (readonly [string, string])[]): Op {
  const [first = '', parent] = name.split('<');
  const id = first.charAt(0);
  const cells = first.slice(1);
  const phases = rows
    .filter(([other]) => other.startsWith(`${id}.`))
    .map(([other, phase]): Phase => ({ account: other.slice(2) as Account, ...boundsOf(phase) }));
  return {
    id: id as OpId,
    ...(parent !== undefined && { parent: parent as OpId }),
    name: id,
    ...boundsOf(row),
    account: id === 't' ? 'timer' : 'http.first-byte',
    phases,
    detail: id === 't' ? { kind: 'timer', delayMs: Number(cells || 1) * CELL_MS } : HTTP,
  };
}

const HTTP: OpDetail = {
  kind: 'http-client',
  method: 'GET',
  origin: 'http://x.example:80',
  host: 'x.example:80',
  library: 'undici',
};

function drawLoop(row: string): Recording['loop'] {
  const busy: BusyStretch[] = [];
  const blocks: LoopBlock[] = [];
  const gc: GcPause[] = [];
  for (const match of row.matchAll(/(\S)\1*/g)) {
    const start = msToNs(match.index * CELL_MS);
    const end = msToNs((match.index + match[0].length) * CELL_MS);
    const mark = match[0].charAt(0);
    const holder = mark === '@' ? ME : mark === '+' || mark === '#' ? OTHER : undefined;
    const owned = { start, end, ...(holder !== undefined && { holder }) };
    if (mark === '%') gc.push({ start, end, kind: 'major' });
    else busy.push(owned);
    if (mark === '#' || mark === '!') blocks.push(owned);
  }
  return { busy, blocks, gc };
}
