import { ProfileBuilder } from '@holdup/profile';
import { AS_RUN } from '../profiling/source-maps.ts';
import { type Answer, BadQuery, refuse, text } from './answer.ts';
import { taskGroups, taskList } from './goroutine-text.ts';
import { pprofAnswer } from './profiles.ts';
import type { Route } from './route.ts';
import { framesOf, type Task, tasksOf } from './tasks.ts';
import { wrap } from './time-text.ts';
import { notesOn } from './view.ts';
import type { InFlightWire } from './wire.ts';

const NS_PER_MS = 1e6;

export const goroutineRoute: Route = {
  path: '/debug/pprof/goroutine',
  title: "every pending op by stack, Node's goroutines (?debug=1: text, grouped; ?debug=2: one by one)",
  linkQuery: '?debug=2',
  async handle(query, site): Promise<Answer> {
    const debug = query.get('debug') ?? '0';
    if (!['0', '1', '2'].includes(debug)) throw new BadQuery('debug: 0 (pprof), 1 (grouped text) or 2 (one by one)');
    const reading = await site.evaluate('in-flight');
    const notes = notesOn(reading, site.vitals());
    // An old dump would be taken for one of now: only the text can say that it is old.
    const last = reading.kind === 'stuck' && debug !== '0' ? reading.last?.value : undefined;
    // What the reader `in-flight` returns.
    const value = (reading.kind === 'fresh' ? reading.value : last) as InFlightWire | undefined;
    if (value === undefined) return refuse(503, notes.map((note) => wrap(note)).join('\n'));
    if (debug === '0') return pprof(value, notes);
    const comments = notes.flatMap((note) => wrap(note).split('\n')).map((line) => `# ${line}\n`);
    return text(comments.join('') + (debug === '1' ? taskGroups(value) : taskList(value)));
  },
};

function pprof(value: InFlightWire, notes: readonly string[]): Promise<Answer> {
  const count = { type: 'goroutine', unit: 'count' };
  const leftOut = value.leftOut === 0 ? [] : [`${value.leftOut} more requests in flight are left out`];
  const builder = new ProfileBuilder({
    sampleTypes: [count, { type: 'wait', unit: 'nanoseconds' }],
    defaultType: 0,
    time: BigInt(value.at) * BigInt(NS_PER_MS),
    period: 1n,
    periodType: count,
    comments: ['what the requests in flight wait for, by Holdup', ...notes, ...leftOut],
  });
  for (const task of tasksOf(value)) addTask(builder, task);
  return pprofAnswer(builder.build(), 'goroutine', AS_RUN);
}

function addTask(builder: ProfileBuilder, task: Task): void {
  let stack = -1;
  for (const { function: name, file, line } of framesOf(task).toReversed()) {
    stack = builder.stack(stack, builder.frame({ name, file, line }));
  }
  const { traceId } = task.request ?? {};
  const labels = [
    { key: 'route', value: task.route },
    { key: 'state', value: task.state },
    ...(traceId === undefined ? [] : [{ key: 'trace_id', value: traceId }]),
  ];
  builder.sample(stack, [1, Math.round(task.forMs * NS_PER_MS)], labels);
}
