import { type ChainLink, type Culprit, type EvidenceItem, ns } from '@holdup/model';
import type { Case } from '../case.ts';
import type { Cause } from '../cause.ts';
import { confirmed, ruledOut, unknown } from './support/finding.ts';
import { count, formatMs, formatShare } from './support/format.ts';
import { depthOf, groupBy, type Located, locate, pathTo, sumOf } from './support/located.ts';
import { slotQueues } from './support/lookup-queue.ts';
import { lookedUpHost } from './support/ops.ts';
import { isMaterial, tookOf } from './support/significance.ts';
import { type ThreadHolder, threadHolders } from './support/thread-holders.ts';

/** Who had less than a tenth of the thread time is not one of those to look at. */
const LEAST_HOLDER_SHARE = 0.1;
/**
 * That a file call had a thread is only presumed, for as long as one seemed free. Whatever else had a thread in four, the pool's
 * usual number, is known to have been in the way, and named before it.
 */
const LEAST_KNOWN_SHARE = 0.25;

/** File, crypto or zlib calls, or lookups, waited for one of the few threads of libuv's pool while others' work had them. */
export const threadpoolStarved: Cause = {
  id: 'threadpool-starved',
  needs: ['ledger', 'threadpool'],
  diagnose(late) {
    const forThread = locate(late, 'threadpool.queue');
    const backlog = behindHeldUpLookups(late);
    const queued = [...forThread, ...backlog].sort((a, b) => b.ns - a.ns);
    const explained = sumOf(queued);
    const longest = queued[0];
    const holders = threadHolders(late, forThread, backlog);
    const known = holders.filter(({ call }) => !isFileCall(call));
    const byFiles = sumOf(known) < LEAST_KNOWN_SHARE * sumOf(holders);
    const top = topRoute(byFiles ? holders : known);
    if (longest === undefined || top === undefined || !isMaterial(late, explained)) {
      const files = longestFileCall(late);
      if (files !== undefined && isMaterial(late, files.ns)) return unknown('threadpool-starved', unseenText(files));
      return ruledOut('threadpool-starved', tookOf(late, "queueing for libuv's thread pool", explained));
    }
    const task = taskOf(late, longest);
    const through = longest.depth === 0 ? '' : ` (through ${longest.route})`;
    return confirmed('threadpool-starved', {
      explained: ns(explained),
      depth: depthOf(queued),
      culprit: culpritOf(top, byFiles),
      summary: `${late.request.route} waited ${formatMs(explained)} of ${formatMs(late.ledger.wall)} for a thread to ${task}${through}: ${threadsText(late)} of libuv's pool were busy, mostly with ${top.call} of ${ownerOf(late, top)}${byFiles ? ', or with native code that is not watched' : ''}.`,
      chain: chainOf(late, longest, holders, top),
      evidence: evidenceOf(late, holders, queued),
      fix: byFiles ? fixOfFiles(top) : fixOf(top),
    });
  },
};

/** Lookups held up by jobs hold up those behind them: that is no fault of the resolver, nor of their names. */
function behindHeldUpLookups(late: Case): Located[] {
  return late.once(slotQueues).flatMap(({ at, behindJobs }) => (behindJobs > 0 ? [{ ...at, ns: behindJobs }] : []));
}

function isFileCall(call: string): boolean {
  return call.startsWith('fs.');
}

/**
 * A file call takes long because the disk is slow, the file large, or because jobs that nobody watches (bcrypt, sharp
 * and other native packages) have the threads: the calls that stand in the queue look the same.
 */
function culpritOf({ route }: ThreadHolder, byFiles: boolean): Culprit {
  return byFiles ? { kind: 'resource', name: 'thread pool' } : { kind: 'route', name: route };
}

/** The request's own file call with the most time in which nothing that is watched stood before it. */
function longestFileCall(late: Case): Located | undefined {
  const calls = locate(late, 'threadpool').filter(({ op }) => op !== undefined && isFileCall(op.name));
  return calls.sort((a, b) => b.ns - a.ns)[0];
}

function unseenText({ op, ns: time }: Located): string {
  return `what ${op?.name} spent ${formatMs(time)} on: a slow disk, a large file, or native code (bcrypt, sharp and the like) that had libuv's threads`;
}

/** What it wanted a thread for: `run fs.readFile`, `look up api.example`. */
function taskOf(late: Case, { op }: Located): string {
  if (op === undefined) return 'run something';
  return op.detail.kind === 'threadpool' ? `run ${op.name}` : `look up ${lookedUpHost(late.recording, op)}`;
}

/** The call with the most thread time of the route that had the most. */
function topRoute(holders: readonly ThreadHolder[]): ThreadHolder | undefined {
  const routes = [...groupBy(holders, ({ route }) => route).values()];
  return routes.sort((a, b) => sumOf(b) - sumOf(a))[0]?.[0];
}

function threadsText({ recording }: Case): string {
  return recording.poolThreads === undefined ? 'the threads' : `the ${recording.poolThreads} threads`;
}

function ownerOf(late: Case, { route, requestId }: ThreadHolder): string {
  return requestId === late.request.id ? 'this request itself' : route;
}

function chainOf(late: Case, longest: Located, holders: readonly ThreadHolder[], top: ThreadHolder): ChainLink[] {
  const share = top.ns / sumOf(holders);
  const doing = `running ${count(top.count, `${top.call} call`)} in the pool`;
  return [
    ...pathTo(late, longest),
    { kind: 'wait', ns: ns(longest.ns), resource: 'thread pool', doing: `queueing to ${taskOf(late, longest)}` },
    { kind: 'holder', ns: ns(longest.ns * share), route: top.route, doing },
    { kind: 'work', ns: ns(longest.ns * share), route: top.route, doing: top.call },
  ];
}

function evidenceOf(late: Case, holders: readonly ThreadHolder[], queued: readonly Located[]): EvidenceItem[] {
  const total = sumOf(holders);
  const shown = holders.filter(({ ns: time }, rank) => rank === 0 || time >= LEAST_HOLDER_SHARE * total).slice(0, 4);
  const evidence = shown.map(
    ({ route, call, ns: time, count: calls }): EvidenceItem => ({
      kind: 'thread-holder',
      text: `${call} of ${route}: ${count(calls, 'call')}, ${formatShare(time, total)} of the thread time meanwhile`,
    }),
  );
  const calls = [...groupBy(queued, (item) => taskOf(late, item))].slice(0, 3);
  for (const [task, items] of calls) {
    evidence.push({ kind: 'queued', text: `${formatMs(sumOf(items))} in the queue to ${task}` });
  }
  const { poolThreads } = late.recording;
  if (poolThreads !== undefined) {
    evidence.push({
      kind: 'threads',
      text: `the pool has ${poolThreads} threads in this process, whatever they are for`,
    });
  }
  return evidence;
}

function fixOfFiles({ route, call }: ThreadHolder): string {
  return `See which of the two it is: whether the disk is slow or the files of ${route} are large (then bound how many ${call} calls run at once), or whether native packages such as bcrypt, argon2 or sharp fill libuv's threads with work of their own (then bound that, move it to another process, or raise UV_THREADPOOL_SIZE before the process starts).`;
}

function fixOf({ route, call }: ThreadHolder): string {
  const bound = `Bound how many ${call} calls ${route} has under way at once (fewer than the pool has threads)`;
  return `${bound}, move long ones to worker threads or another process, or raise UV_THREADPOOL_SIZE, which must be set before the process starts: files, crypto, zlib and name lookups all share those threads.`;
}
