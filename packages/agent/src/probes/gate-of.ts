import { Gate, type GateFacts } from '../recorder/gate.ts';
import type { Kit } from './probe.ts';
import { attach, attached } from './stamp.ts';

/** The gate of a library's lock, limiter or pool; made and attached to it when it is first asked for. */
export function gateOf<Owner extends object>(owner: Owner, kit: Kit, factsOf: (owner: Owner) => GateFacts): Gate {
  const known = attached(owner);
  if (known instanceof Gate) return known;
  const gate = new Gate(kit.flight, factsOf(owner));
  attach(owner, gate);
  return gate;
}
