import type { CauseId, Confirmed, Finding } from '@holdup/model';

export function ruledOut(cause: CauseId, why: string): Finding {
  return { kind: 'ruled-out', cause, why };
}

export function unknown(cause: CauseId, ...missing: readonly string[]): Finding {
  return { kind: 'unknown', cause, missing };
}

export function confirmed(cause: CauseId, found: Omit<Confirmed, 'kind' | 'cause'>): Finding {
  return { kind: 'confirmed', cause, ...found };
}
