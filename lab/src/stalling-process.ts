/** The process behind `startStallingPartner`. */
import { startPartner } from './partner.ts';
import type { StallOrder, StallReport } from './stalling-partner.ts';

function report(message: StallReport, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

process.on('message', async (order: StallOrder) => {
  if (order.kind === 'start') {
    const { host } = await startPartner({ hostname: '127.0.0.1', usualMs: order.usualMs, backlog: order.backlog });
    report({ kind: 'listening', port: Number(host.split(':')[1]) });
    return;
  }
  // Sleeping, not spinning: the processor belongs to the others.
  report({ kind: 'stalling' }, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.ms));
});
process.once('disconnect', () => process.exit(0));
