import type { Hazard } from '../../hazard.ts';
import { finite, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import { type Hop, markOf, type Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { related, showTimeout } from './text.ts';

/** A limit on reading a request that the runtime never applies, or applies much later than it says. */
export const headerTimeoutIgnored: ChainRule = {
  id: 'chain/header-timeout-ignored',
  severity: 'warning',
  title: 'a header or request timeout that the runtime never applies, or only much later',
  check,
};

function check({ hops }: ChainView): readonly Hazard[] {
  return hops.flatMap((hop) => {
    if (hop.format === 'node' || hop.format === 'fastify') return [...nodeOrder(hop), ...nodePolling(hop)];
    return hop.format === 'go' ? goOrder(hop) : [];
  });
}

interface Reversed {
  readonly header: Timeout;
  readonly headerMs: number;
  readonly body: Timeout;
  readonly bodyMs: number;
}

/** Headers were given more time than the whole request. */
function reversed(hop: Hop): Reversed | undefined {
  const header = timeoutOf(hop, 'header');
  const body = timeoutOf(hop, 'body');
  const [headerMs, bodyMs] = [finite(header?.ms), finite(body?.ms)];
  if (header?.source !== 'set' || !body || headerMs === undefined || bodyMs === undefined) return undefined;
  return headerMs > bodyMs ? { header, headerMs, body, bodyMs } : undefined;
}

/** nodejs.org/api/http.html#serverrequesttimeout: whichever is shorter ends the request with 408. */
function nodeOrder(hop: Hop): Hazard[] {
  const found = reversed(hop);
  if (found === undefined) return [];
  const { header, headerMs, body, bodyMs } = found;
  return [
    hazard(
      header,
      `${hop.name}: headersTimeout ${showLimit(headerMs)} never applies, the whole request must have arrived after requestTimeout ${showLimit(bodyMs)}${markOf(body)}`,
      'headersTimeout below requestTimeout; as options of createServer Node refuses this order',
      [related(hop, body)],
    ),
  ];
}

/** Node looks for late requests only every `connectionsCheckingInterval`: 1 s set and 5 s of interval fired after 5 s. */
function nodePolling(hop: Hop): Hazard[] {
  const interval = timeoutOf(hop, 'check-interval');
  const every = finite(interval?.ms);
  if (!interval || every === undefined) return [];
  return [timeoutOf(hop, 'header'), timeoutOf(hop, 'body')].flatMap((timeout) => {
    const ms = finite(timeout?.ms);
    if (timeout?.source !== 'set' || ms === undefined || ms >= every) return [];
    return [
      hazard(
        timeout,
        `${hop.name}: ${showTimeout(timeout)} fires only when Node looks, every ${showLimit(every)} (${showTimeout(interval)}): up to ${showLimit(every + ms)} in truth`,
        `createServer({ connectionsCheckingInterval: ${Math.max(100, Math.round(ms / 2))} }, …): it can only be set there`,
        [related(hop, interval)],
      ),
    ];
  });
}

/** net/http: headers have ReadHeaderTimeout, and only then does ReadTimeout, counted from the same start, bound the body. */
function goOrder(hop: Hop): Hazard[] {
  const found = reversed(hop);
  if (found === undefined) return [];
  const { header, headerMs, body, bodyMs } = found;
  return [
    hazard(
      body,
      `${hop.name}: ReadTimeout ${showLimit(bodyMs)} does not bound the headers, ReadHeaderTimeout ${showLimit(headerMs)} does; headers that take longer than ReadTimeout are accepted and their body then fails at once`,
      'ReadHeaderTimeout below ReadTimeout',
      [related(hop, header)],
    ),
  ];
}

function hazard(timeout: Timeout, message: string, help: string, more: Hazard['related'] & object): Hazard {
  return { rule: headerTimeoutIgnored.id, severity: 'warning', message, help, place: timeout.place, related: more };
}
