import { call, type OpDraft, type QueryOptions, query } from './ops-of.ts';
import type { RecordingDraft } from './recording-of.ts';

export const UPDATE = 'UPDATE stock SET qty = ? WHERE id = ?';

/** Another route's transaction on connection c2 locks the row at 5 ms and commits after its call. */
export function holding(
  taking: Partial<QueryOptions> = {},
  commit: { from: number; to?: number } = { from: 700, to: 704 },
) {
  const tx = { on: 'c2', transaction: 't2' };
  return [
    query({ sql: 'BEGIN', from: 1, to: 2, ...tx }),
    query({ sql: UPDATE, from: 2, to: 5, keys: [7], ...tx, ...taking }),
    call({ host: 'rates.example:443', from: 5, to: 700 }),
    query({ sql: 'COMMIT', ...commit, ...tx }),
  ];
}

/** A late request whose update waits for 700 ms, and who may hold its row. */
export function blocked(late: Partial<QueryOptions>, holderOps: readonly OpDraft[]): RecordingDraft {
  const waiting = query({ sql: UPDATE, from: 10, to: 710, keys: [7], on: 'c1', usual: [2, 4], ...late });
  return {
    now: 803,
    requests: {
      late: { route: 'POST /buy', from: 0, to: 803, budget: 800, ops: [waiting] },
      holder: { route: 'POST /reprice', from: 0, to: 720, ops: holderOps },
    },
  };
}
