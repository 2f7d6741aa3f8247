import type { ChainReport } from '../audit-chain.ts';
import { boundOf, finite, shownTimeout } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import { type Hop, markOf } from '../hop.ts';

/** One hop as both drawings show it. */
export interface Row {
  readonly name: string;
  readonly role: string;
  readonly place: string;
  /** `60 s`, `no limit`, `unknown`, or empty where the hop itself waits for nobody. */
  readonly waits: string;
  /** `proxy_read_timeout (default)`; of a server that ends nothing, that. */
  readonly setting: string;
  /** Shares of the widest bar: up to the tightest limit outside, and beyond it. */
  readonly inside: number;
  readonly beyond: number;
  readonly others: readonly string[];
}

/** Chains drawn: a page with more is a list, not a picture. */
const MOST_CHAINS = 12;

export function rowsOf({ chains }: ChainReport): { drawn: readonly (readonly Row[])[]; left: number } {
  const joined = chains.filter((chain) => chain.length > 1);
  const all = joined.length > 0 ? joined : chains;
  return { drawn: all.slice(0, MOST_CHAINS).map(rowsOfChain), left: Math.max(0, all.length - MOST_CHAINS) };
}

function rowsOfChain(chain: readonly Hop[]): Row[] {
  const widest = Math.max(1, ...chain.map((hop) => finite(shownTimeout(hop)?.ms) ?? 0));
  let budget: number | undefined;
  return chain.map((hop) => {
    const shown = shownTimeout(hop);
    const ms = finite(shown?.ms);
    const inside = Math.min(ms ?? 0, budget ?? ms ?? 0);
    // Waiting for a connection is over when a statement begins: only what ends an exchange is a budget.
    const bound = boundOf(hop)?.ms;
    if (bound !== undefined) budget = Math.min(budget ?? bound, bound);
    return {
      name: hop.name,
      role: hop.role,
      place: `${hop.place.file}:${hop.place.line}`,
      waits: shown ? showLimit(shown.ms) : '',
      setting: shown ? `${shown.setting}${markOf(shown)}` : hop.role === 'server' ? 'does not limit its handlers' : '',
      inside: inside / widest,
      beyond: ((ms ?? 0) - inside) / widest,
      others: othersOf(hop),
    };
  });
}

function othersOf(hop: Hop): string[] {
  const decides = shownTimeout(hop);
  const set = hop.timeouts.filter(
    (timeout) => timeout !== decides && timeout.kind !== 'check-interval' && timeout.kind !== 'probe-period',
  );
  return [
    ...(hop.retries ? [`retries: ${hop.retries.count}`] : []),
    ...set.map((timeout) => `${timeout.setting}: ${showLimit(timeout.ms)}${markOf(timeout)}`),
  ];
}

/** What the two colours of a bar say. */
export const LEGEND = {
  inside: 'within what every hop outside waits',
  beyond: 'beyond it: work for nobody',
  bars: 'The bar of a hop is how long it waits; of a pool, for a connection; of a database, how long a statement may run.',
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and attributes of HTML and SVG; signs that no XML may hold become blanks. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ').replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
