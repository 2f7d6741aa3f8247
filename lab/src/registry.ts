import { dnsCares } from '../faults/dns-cares/declaration.ts';
import { leakEarlyReturn } from '../faults/leak-early-return/declaration.ts';
import { lockCheckout } from '../faults/lock-checkout/declaration.ts';
import { loopExportJson } from '../faults/loop-export-json/declaration.ts';
import { poolSlowReport } from '../faults/pool-slow-report/declaration.ts';
import { upstreamKeepalive } from '../faults/upstream-keepalive/declaration.ts';
import type { Declaration } from './declaration.ts';

/** One line per fault. The order decides which seed plays which fault. */
export const DECLARATIONS: readonly [Declaration, ...Declaration[]] = [
  upstreamKeepalive,
  poolSlowReport,
  lockCheckout,
  loopExportJson,
  leakEarlyReturn,
  dnsCares,
];
