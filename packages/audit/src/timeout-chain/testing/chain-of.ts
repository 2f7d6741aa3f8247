import { auditChain, type ChainReport } from '../audit-chain.ts';

/** A chain of files given in this order, by name. */
export function chainOf(files: Readonly<Record<string, string>>): Promise<ChainReport> {
  return auditChain({ files: Object.entries(files).map(([file, text]) => ({ file, text })), ordered: true });
}

/** `rule file:line`, one for each hazard, in the report's order. */
export function rulesIn({ hazards }: ChainReport): string[] {
  return hazards.map(({ rule, place }) => `${rule.slice('chain/'.length)} ${place.file}:${place.line}`);
}

/** What a hop says of one kind of timeout, in ms. */
export function limitsOf({ hops }: ChainReport, kind: string): unknown[] {
  return hops.flatMap((hop) => hop.timeouts.filter((timeout) => timeout.kind === kind).map(({ ms }) => ms));
}
