/** The process behind `startStallingPartner`. */
import { startPartner } from './partner.ts';
import type { StallOrder, StallReport } from './stalling-partner.ts';

function report(message: StallReport, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

process.on('message', async (order: StallOrder) => {
  if (order.kind === 'start') {
    const { usualMs, backlog, places } = order;
    const partners = await Promise.all(
      places.map((listen) => startPartner({ hostname: listen.host, usualMs, backlog, listen })),
    );
    report({ kind: 'listening', port: Number(partners[0]?.host.split(':')[1]) });
    return;
  }
  // Sleeping, not spinning: the processor belongs to the others.
  report({ kind: 'stalling' }, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.ms));
});
process.once('disconnect', () => process.exit(0));
