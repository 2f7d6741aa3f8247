import type { VerdictJson } from '@holdup/model';
import { type Profile, ProfileBuilder } from '@holdup/profile';

type Link = VerdictJson['verdict']['chain'][number];

const NS_PER_MS = 1e6;

/**
 * Late requests as an icicle: each request over the accounts of its ledger, and under the account its chain begins at the chain
 * itself: who held it, and the stack that ran or waited there. As wide as the milliseconds each took. Labels `route`, `cause` and
 * `trace_id` tell several requests apart.
 */
export function verdictProfile(verdicts: readonly VerdictJson[]): Profile {
  const [first] = verdicts;
  const builder = new ProfileBuilder({
    sampleTypes: [{ type: 'late', unit: 'nanoseconds' }],
    comments: verdicts.length === 1 && first ? [first.verdict.summary] : [`${verdicts.length} late requests.`],
    ...(first ? { time: BigInt(Date.parse(first.startedAt)) * 1_000_000n } : {}),
  });
  for (const verdict of verdicts) addVerdict(builder, verdict);
  return builder.build();
}

function addVerdict(builder: ProfileBuilder, { route, traceId, ledger, verdict }: VerdictJson): void {
  const labels = [
    { key: 'route', value: route },
    { key: 'cause', value: verdict.cause },
    { key: 'trace_id', value: traceId },
  ];
  const root = builder.stack(-1, builder.frame({ name: route }));
  const chained = findChained(ledger, verdict.chain[0]);
  for (const entry of ledger) {
    const text = entry.resource === undefined ? entry.account : `${entry.account} · ${entry.resource}`;
    const account = builder.stack(root, builder.frame({ name: text }));
    let left = toNs(entry.ms);
    if (entry === chained) left -= addChain(builder, account, verdict.chain, left, labels);
    builder.sample(account, [left], labels);
  }
}

/** The entry the chain explains: that of the resource waited for; else the longest. */
function findChained(ledger: VerdictJson['ledger'], link: Link | undefined): VerdictJson['ledger'][number] | undefined {
  if (!link) return undefined;
  const named = ledger.filter(({ resource }) => resource !== undefined && resource === link.resource);
  const candidates = named.length > 0 ? named : ledger;
  return candidates.reduce<VerdictJson['ledger'][number] | undefined>((longest, entry) => {
    return longest && longest.ms >= entry.ms ? longest : entry;
  }, undefined);
}

/**
 * Each link stands under the one it explains, never wider.
 * @returns Nanoseconds of `room` that the chain takes.
 */
function addChain(
  builder: ProfileBuilder,
  account: number,
  chain: readonly Link[],
  room: number,
  labels: { key: string; value: string }[],
): number {
  let parent = account;
  let before: number | undefined;
  let width = room;
  let taken = 0;
  for (const link of chain) {
    const ns = Math.min(width, toNs(link.ms));
    if (before === undefined) taken = ns;
    else builder.sample(before, [width - ns], labels);
    parent = builder.stack(parent, builder.frame({ name: describe(link) }));
    for (const frame of [...(link.stack ?? [])].reverse())
      parent = builder.stack(parent, builder.frame(readFrame(frame)));
    before = parent;
    width = ns;
  }
  if (before !== undefined) builder.sample(before, [width], labels);
  return taken;
}

function describe({ kind, resource, route, doing }: Link): string {
  const who = [route, resource, doing].filter((part) => part !== undefined).join(', ');
  return who === '' ? kind : `${kind}: ${who}`;
}

/** `render (src/render.ts:12)`, as verdicts write their frames. */
function readFrame(text: string): { name: string; file?: string; line?: number } {
  const open = text.lastIndexOf(' (');
  if (open < 0 || !text.endsWith(')')) return { name: text };
  const place = text.slice(open + 2, -1);
  const colon = place.lastIndexOf(':');
  const line = colon < 0 ? Number.NaN : Number(place.slice(colon + 1));
  if (!Number.isInteger(line)) return { name: text.slice(0, open), file: place };
  return { name: text.slice(0, open), file: place.slice(0, colon), line };
}

function toNs(ms: number): number {
  return Math.max(0, Math.round(ms * NS_PER_MS));
}
