import { type Entry, Ledger, type Ns, ns } from '@holdup/model';

/** A ledger restricted to `[from, to]`, clipped to the request's life. Empty when they do not meet. */
export function cutLedger(ledger: Ledger, from: Ns, to: Ns): Ledger {
  const start = ns(Math.min(Math.max(from, ledger.start), ledger.end));
  const end = ns(Math.min(Math.max(to, start), ledger.end));
  return new Ledger(ledger.requestId, start, end, cutEntries(ledger.entries, start, end));
}

/** The parts of ordered, disjoint entries that lie in `[from, to)`. */
function cutEntries(entries: readonly Entry[], from: Ns, to: Ns): Entry[] {
  const cut: Entry[] = [];
  if (to <= from) return cut;
  for (let i = firstEndingAfter(entries, from); i < entries.length; i++) {
    const entry = entries[i];
    if (entry === undefined || entry.start >= to) break;
    cut.push({ ...entry, start: ns(Math.max(entry.start, from)), end: ns(Math.min(entry.end, to)) });
  }
  return cut;
}

/** Index of the first of ordered, disjoint stretches that ends after an instant. */
export function firstEndingAfter(stretches: readonly { readonly end: number }[], instant: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.end ?? 0) > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}
