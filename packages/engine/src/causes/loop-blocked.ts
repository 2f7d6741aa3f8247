import { type ChainLink, type Culprit, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs } from './support/format.ts';
import { culpritFrame, formatFrame, insteadOfSync } from './support/frames.ts';
import { groupBy, pathTo, sumOf } from './support/located.ts';
import { type BlockTime, type LoopTime, loopTime, runOf } from './support/loop-time.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { starvedText, withoutProcessor } from './support/starved.ts';

/** Synchronous work of somebody held the event loop, in one long run or in several. */
export const loopBlocked: Cause = {
  id: 'loop-blocked',
  needs: ['ledger', 'loop'],
  diagnose(late) {
    const time = late.once(loopTime);
    const explained = time.blocked + time.busy;
    if (time.blocked === 0 || !isMaterial(late, explained)) {
      return ruledOut('loop-blocked', tookOf(late, 'a blocked event loop', time.blocked));
    }
    if (time.kind === 'saturated') {
      return ruledOut(
        'loop-blocked',
        `${tookOf(late, 'runs of some length', time.blocked)}, the longest ${formatMs(longestRun(late, time.blocks))}, short ones ${formatMs(time.busy)}: see loop-saturated`,
      );
    }
    const starved = starvedText(late, time);
    if (starved !== undefined) return unknown('loop-blocked', starved);
    const group = topGroup(time.blocks);
    const culprit = culpritOf(group);
    const own = explained - withoutProcessor(late, time);
    return confirmed('loop-blocked', {
      explained: ns(own),
      depth: group[0]?.depth ?? 0,
      culprit,
      summary: summaryOf(late, group, culprit, own),
      chain: chainOf(late, group, own),
      evidence: evidenceOf(late, time),
      fix: fixOf(group, culprit),
    });
  },
};

/** Blocks of one function; without a stack, of one route. */
function nameOf({ block }: BlockTime): string {
  const frame = culpritFrame(block.stack, block.native);
  return frame === undefined ? (block.holder?.route ?? '') : formatFrame(frame);
}

function topGroup(blocks: readonly BlockTime[]): readonly BlockTime[] {
  const groups = [...groupBy(blocks, nameOf)];
  return groups.sort((a, b) => sumOf(b[1]) - sumOf(a[1]) || (a[0] < b[0] ? -1 : 1))[0]?.[1] ?? [];
}

function culpritOf(group: readonly BlockTime[]): Culprit {
  const { stack, native } = group.find((item) => item.block.stack !== undefined)?.block ?? {};
  const frame = culpritFrame(stack, native);
  if (frame !== undefined) return { kind: 'function', name: formatFrame(frame) };
  const route = group[0]?.block.holder?.route;
  return route === undefined ? { kind: 'runtime', name: 'event loop' } : { kind: 'route', name: route };
}

function fixOf(group: readonly BlockTime[], culprit: Culprit): string {
  const from = culprit.kind === 'runtime' ? 'the event loop' : culprit.name;
  const instead = insteadOfSync(group.find((item) => item.block.stack !== undefined)?.block.stack);
  if (instead !== undefined) return `Take the synchronous call out of ${from}. ${instead}`;
  return `Take the synchronous work out of ${from}: a worker thread for what must be computed, smaller pieces with a pause between, or a bound on its input (a regular expression that backtracks, JSON of any size).`;
}

function summaryOf(late: Case, group: readonly BlockTime[], culprit: Culprit, explained: number): string {
  const time = `${formatMs(explained)} of ${formatMs(late.ledger.wall)}`;
  const first = group[0];
  const holder = first?.block.holder;
  const own = holder?.requestId === late.request.id;
  const times = group.length > 1 ? ` in ${group.length} runs` : '';
  const where = culprit.kind === 'function' ? culprit.name : 'synchronous work';
  const who = holder === undefined ? '' : own ? ' of this request itself' : ` in ${holder.route}`;
  const unseen = culprit.kind === 'function' ? '' : ' (no stack could be taken)';
  const verb = own ? 'spent' : 'could not go on for';
  const via = first !== undefined && first.depth > 0 ? `, which held what it waited for` : '';
  return `${late.request.route} ${verb} ${time}: ${where}${who}${via} blocked the event loop${times}${unseen}.`;
}

function chainOf(late: Case, group: readonly BlockTime[], explained: number): ChainLink[] {
  const first = group[0];
  const total = ns(Math.min(sumOf(group), explained));
  const wait: ChainLink = { kind: 'wait', ns: ns(explained), resource: 'event loop' };
  if (first === undefined) return [wait];
  const { stack, native } = group.find((item) => item.block.stack !== undefined)?.block ?? {};
  const frame = culpritFrame(stack, native);
  const work: ChainLink = {
    kind: 'work',
    ns: total,
    ...(first.block.holder === undefined ? {} : { route: first.block.holder.route }),
    doing: `${frame === undefined ? 'synchronous work' : formatFrame(frame)}, ${count(group.length, 'run')} of up to ${formatMs(longestRun(late, group))}`,
    ...(stack === undefined ? {} : { stack }),
  };
  return first.depth > 0 ? [...pathTo(late, first.at), work] : [wait, work];
}

function longestRun(late: Case, group: readonly BlockTime[]): number {
  return Math.max(...group.map(({ block }) => runOf(late, block)));
}

function evidenceOf(late: Case, time: LoopTime): EvidenceItem[] {
  const evidence = time.blocks.slice(0, 4).map((item): EvidenceItem => {
    const { block } = item;
    const length = formatMs(runOf(late, block));
    const late_ = block.native ? '; the stack came when a native call returned' : '';
    return {
      kind: 'block',
      text: `${length} by ${nameOf(item) || 'unknown code'}${block.holder === undefined ? '' : ` for ${block.holder.route}`}${late_}`,
    };
  });
  if (!time.blocks.some((item) => item.block.stack !== undefined)) {
    const why = late.recording.sources.has('loop-stacks') ? 'none came in time' : 'stacks are not watched here';
    evidence.push({ kind: 'no-stack', text: `no stack could be taken: ${why}` });
  }
  if (!late.recording.sources.has('gc')) {
    evidence.push({ kind: 'no-collections', text: 'how much of it was garbage collection could not be known yet' });
  }
  const queued = withoutProcessor(late, time);
  if (queued > 0) {
    evidence.push({
      kind: 'no-processor',
      text: `for ${formatMs(queued)} more this process was ready to run and had no processor; it would have been late without that, too`,
    });
  }
  if (time.busy > 0) evidence.push({ kind: 'busy', text: `${formatMs(time.busy)} more behind short runs` });
  return evidence;
}
