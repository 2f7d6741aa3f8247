import type { Shot } from './declaration.ts';

/**
 * A pause longer than any phase: the stream shoots once. For what keeps a processor busy by itself: again and again it would
 * need one throughout, and a run counts only where the machine has that to spare.
 */
export const ONCE_MS = 60_000;

export function get(path: string, headers?: Readonly<Record<string, string>>): Shot {
  return { method: 'GET', path, ...(headers && { headers }) };
}

export function post(path: string, body: unknown = {}): Shot {
  return { method: 'POST', path, body };
}
