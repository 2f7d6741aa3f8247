import { type EvidenceItem, ns, type ServerTimeout } from '@holdup/model';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut } from './support/finding.ts';
import { formatMs } from './support/format.ts';
import { chainFrom, describeEntry, entryAt } from './support/moment.ts';

/** What each of the server's timers bounds, as an end of "it had …", and what can be done. */
const LIMITS: Readonly<Record<ServerTimeout['limit'], { readonly had: string; readonly fix: string }>> = {
  requestTimeout: {
    had: 'not come in completely by then',
    fix: 'Raise server.requestTimeout above what the slowest caller may take to send its body, or have something in front collect the body; it bounds receiving the request, never the handler.',
  },
  timeout: {
    had: 'nothing moving on its connection for that long',
    fix: 'Set server.timeout (server.setTimeout, connectionTimeout in Fastify) above the longest quiet time of a handler, or leave it at 0: it destroys the connection of a handler that only waits. To bound handlers, use a deadline of their own.',
  },
};

/** A timer of the server ended the request while there was still budget: whatever it waited for, that is why it ended. */
export const serverTimeout: Cause = {
  id: 'server-timeout',
  needs: ['ledger', 'caller'],
  diagnose(late) {
    const { serverTimeout: fired, deadline, route, start } = late.request;
    if (fired === undefined) return ruledOut('server-timeout', 'no timer of the server ended the request');
    const name = `server.${fired.limit}`;
    if (deadline !== undefined && fired.at >= deadline.at) {
      return ruledOut(
        'server-timeout',
        `${name} fired ${formatMs(fired.at - deadline.at)} after the deadline had passed`,
      );
    }
    const lasted = ns(fired.at - start);
    const limit = formatMs(fired.limitMs * 1e6);
    const entry = entryAt(late, late.ledger.end);
    const doing = entry === undefined ? undefined : describeEntry(late, entry);
    const { had, fix } = LIMITS[fired.limit];
    return confirmed('server-timeout', {
      explained: ns(Math.min(lasted, late.ledger.wall)),
      depth: 0,
      culprit: { kind: 'runtime', name },
      summary: `${route} was cut off after ${formatMs(lasted)} by ${name} (${limit}): it had ${had}${doing === undefined ? '' : `, ${doing}`}.`,
      chain: [
        {
          kind: 'outside',
          ns: lasted,
          resource: name,
          doing: `set to ${limit}, ended the request after ${formatMs(lasted)}`,
        },
        ...(entry === undefined ? [] : chainFrom(late, entry)),
      ],
      evidence: evidenceOf(fired, doing),
      fix,
    });
  },
};

function evidenceOf({ limit, limitMs }: ServerTimeout, doing: string | undefined): EvidenceItem[] {
  const polled =
    limit === 'requestTimeout' ? '; it is looked at every connectionsCheckingInterval, 30 s unless set' : '';
  return [
    { kind: 'limit', text: `server.${limit} is ${formatMs(limitMs * 1e6)}${polled}` },
    ...(doing === undefined ? [] : [{ kind: 'at-that-moment', text: doing }]),
  ];
}
