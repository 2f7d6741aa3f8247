import { stackLines } from './frames.ts';
import type { Route } from './route.ts';
import { count, formatMs, formatTime } from './time-text.ts';
import { answerWith, type View } from './view.ts';
import type { BlockWire, LoopWire } from './wire.ts';

export const loopRoute: Route = {
  path: '/debug/holdup/loop',
  title: 'the event loop: what runs now, the last blocks with their stacks, collections (?format=text|json|html)',
  handle: (query, site) => answerWith('loop', VIEW, query, site),
};

const VIEW: View<LoopWire> = { title: 'Event loop', text: toText };

function toText(value: LoopWire): string {
  const { running, blocks, blockCount, blockMs, busyMs, idleMs, gcCount, gcMs } = value;
  const share = ((100 * busyMs) / Math.max(1, busyMs + idleMs)).toFixed(1);
  return [
    `${count(blockCount, 'block')}, ${formatMs(blockMs)} in all; busy ${share} % of the time since start · ${formatTime(value.at)} · pid ${process.pid}`,
    `${count(gcCount, 'collection')} of 0.5 ms and more, ${formatMs(gcMs)} in all`,
    '',
    ...(running === null
      ? ['running now: nothing']
      : [`running now: ${running.route ?? 'background work'}`, ...stackLines(running.stack, '  ')]),
    ...blocks.flatMap((block) => ['', ...blockLines(block)]),
  ].join('\n');
}

function blockLines({ startedAt, ms, cpuMs, native, route, request = '', stack }: BlockWire): string[] {
  const cpu = cpuMs === undefined ? '' : `, ${formatMs(cpuMs)} of CPU`;
  const whose = route === undefined ? 'background work' : `${request} ${route}`;
  const how = native ? ' (a native call: the stack is where it returned to)' : '';
  const lines = stack === null ? ['  no stack could be taken'] : stackLines(stack, '  ');
  return [`${formatTime(startedAt)}  blocked for ${formatMs(ms)}${cpu}: ${whose}${how}`, ...lines];
}
