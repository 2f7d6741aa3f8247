import type { Shot } from './declaration.ts';

export function get(path: string, headers?: Readonly<Record<string, string>>): Shot {
  return { method: 'GET', path, ...(headers && { headers }) };
}

export function post(path: string, body: unknown = {}): Shot {
  return { method: 'POST', path, body };
}
