import type { Frame } from '@holdup/model';
import { remainingText } from './in-flight.ts';
import { framesOf, type Task, tasksOf } from './tasks.ts';
import { formatMs } from './time-text.ts';
import type { InFlightWire } from './wire.ts';

/** As Go's `debug=1` writes goroutines: equal stacks once, with how many there are. */
export function taskGroups(value: InFlightWire): string {
  const tasks = tasksOf(value);
  const addresses = new Addresses();
  const groups = new Map<string, { readonly task: Task; count: number; longestMs: number }>();
  for (const task of tasks) {
    const key = JSON.stringify(framesOf(task));
    const group = groups.get(key) ?? { task, count: 0, longestMs: 0 };
    group.count++;
    group.longestMs = Math.max(group.longestMs, task.forMs);
    groups.set(key, group);
  }
  const texts = [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ task, count, longestMs }) => groupText(task, count, longestMs, addresses));
  return [`goroutine profile: total ${tasks.length}`, ...texts, ...leftOut(value)].join('\n');
}

function groupText(task: Task, count: number, longestMs: number, addresses: Addresses): string {
  const frames = framesOf(task);
  const labels = `# labels: ${JSON.stringify({ route: task.route, state: task.state })}`;
  const longest = task.state === 'running' ? [] : [`# ${task.what}, for up to ${formatMs(longestMs)}`];
  const lines = frames.map((frame) => `#\t${addresses.of(frame)}\t${frame.function}+0x0\t${placeOf(frame)}`);
  return `${[`${count} @ ${frames.map((frame) => addresses.of(frame)).join(' ')}`, labels, ...longest, ...lines].join('\n')}\n`;
}

/** As Go's `debug=2` writes goroutines, with the request each works for. */
export function taskList(value: InFlightWire): string {
  const texts = tasksOf(value).map((task, index) => {
    const { state, what, forMs, request, route, stack } = task;
    const since = state === 'running' ? '' : `, ${formatMs(forMs)}`;
    const trace = request?.traceId === undefined ? '' : `, trace ${request.traceId}`;
    const whose =
      request === undefined
        ? `# ${route}, outside any request`
        : `# ${request.id} ${route}: ${remainingText(request)}, ${formatMs(request.ageMs)} old${trace}`;
    const frames = stack.map((frame) => `${frame.function}(...)\n\t${placeOf(frame)}`);
    const unknown = stack.length === 0 && state !== 'unattributed' ? ['# where it began was not recorded'] : [];
    return `${[`goroutine ${index + 1} [${state}${since}]:`, whose, `# ${what}`, ...unknown, ...frames].join('\n')}\n`;
  });
  return [...texts, ...leftOut(value)].join('\n');
}

function leftOut({ leftOut: count }: InFlightWire): string[] {
  return count === 0 ? [] : [`# and ${count} more requests with more time left\n`];
}

function placeOf({ file, line }: Frame): string {
  return `${file}:${line}`;
}

/** Go's text names frames by address; any number does that is the frame's own. */
class Addresses {
  readonly #known = new Map<string, string>();

  of(frame: Frame): string {
    const key = JSON.stringify(frame);
    const address = this.#known.get(key) ?? `0x${(this.#known.size + 1).toString(16)}`;
    this.#known.set(key, address);
    return address;
  }
}
