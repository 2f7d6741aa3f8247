import type { VerdictJson } from '@holdup/model';
import { type Profile, ProfileBuilder } from '@holdup/profile';
import { addSlice, describeSlice } from './profile-slice.ts';
import { readFrame, type Sink, toNs } from './sink.ts';

type Link = VerdictJson['verdict']['chain'][number];

const LATE = { type: 'late', unit: 'nanoseconds' };
const SLICE_TYPES = [
  { type: 'ran', unit: 'nanoseconds' },
  { type: 'waited', unit: 'nanoseconds' },
];

/**
 * Late requests as an icicle: each request over the accounts of its ledger, and under the account its chain begins at the chain
 * itself: who held it, and the stack that ran or waited there. As wide as the milliseconds each took. Labels `route`, `cause` and
 * `trace_id` tell several requests apart. Where the agent looked closer, two more types of samples show what the event loop ran in
 * the request's time, and what the request waited for, by stack.
 */
export function verdictProfile(verdicts: readonly VerdictJson[]): Profile {
  const [first] = verdicts;
  const hasSlice = verdicts.some(({ profile }) => profile !== undefined);
  const builder = new ProfileBuilder({
    sampleTypes: hasSlice ? [LATE, ...SLICE_TYPES] : [LATE],
    defaultType: 0,
    comments: describeVerdicts(verdicts),
    ...(first ? { time: BigInt(Date.parse(first.startedAt)) * 1_000_000n } : {}),
  });
  for (const verdict of verdicts) addVerdict(builder, verdict, hasSlice);
  return builder.build();
}

function describeVerdicts(verdicts: readonly VerdictJson[]): string[] {
  const [first] = verdicts;
  if (first === undefined || verdicts.length > 1) {
    const looked = verdicts.filter(({ profile }) => profile !== undefined).length;
    const closer = `; ${looked} of them looked at closer: types “ran” and “waited”`;
    return [`${verdicts.length} late requests${looked > 0 ? closer : ''}.`];
  }
  return [first.verdict.summary, ...(first.profile ? [describeSlice(first.profile, first.wallMs)] : [])];
}

function addVerdict(
  builder: ProfileBuilder,
  { route, traceId, ledger, verdict, profile }: VerdictJson,
  hasSlice: boolean,
): void {
  const labels = [
    { key: 'route', value: route },
    { key: 'cause', value: verdict.cause },
    { key: 'trace_id', value: traceId },
  ];
  const root = builder.stack(-1, builder.frame({ name: route }));
  const none = hasSlice ? [0, 0] : [];
  const late: Sink = { builder, add: (stack, ns) => builder.sample(stack, [ns, ...none], labels) };
  const chained = findChained(ledger, verdict.chain[0]);
  for (const entry of ledger) {
    const text = entry.resource === undefined ? entry.account : `${entry.account} · ${entry.resource}`;
    const account = builder.stack(root, builder.frame({ name: text }));
    let left = toNs(entry.ms);
    if (entry === chained) left -= addChain(late, account, verdict.chain, left);
    late.add(account, left);
  }
  if (!profile) return;
  const ran: Sink = { builder, add: (stack, ns) => builder.sample(stack, [0, ns, 0], labels) };
  const waited: Sink = { builder, add: (stack, ns) => builder.sample(stack, [0, 0, ns], labels) };
  addSlice(profile, root, { ran, waited });
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
function addChain({ builder, add }: Sink, account: number, chain: readonly Link[], room: number): number {
  let parent = account;
  let before: number | undefined;
  let width = room;
  let taken = 0;
  for (const link of chain) {
    const ns = Math.min(width, toNs(link.ms));
    if (before === undefined) taken = ns;
    else add(before, width - ns);
    parent = builder.stack(parent, builder.frame({ name: describe(link) }));
    for (const frame of [...(link.stack ?? [])].reverse())
      parent = builder.stack(parent, builder.frame(readFrame(frame)));
    before = parent;
    width = ns;
  }
  if (before !== undefined) add(before, width);
  return taken;
}

function describe({ kind, resource, route, doing }: Link): string {
  const who = [route, resource, doing].filter((part) => part !== undefined).join(', ');
  return who === '' ? kind : `${kind}: ${who}`;
}
