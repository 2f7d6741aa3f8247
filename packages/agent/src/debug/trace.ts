import { makeTrace } from '../profiling/trace.ts';
import { describeShares } from '../profiling/wait-profile.ts';
import { windowRoute } from './profiles.ts';

export const traceRoute = windowRoute({
  path: '/debug/pprof/trace',
  title: 'timeline of requests, waits, loop blocks and collections, for ui.perfetto.dev (?seconds=5)',
  what: 'trace',
  standardSeconds: 5,
  cpu: false,
  async answer({ data, comments, maps }) {
    const trace = makeTrace(data, process.pid, [...comments, ...describeShares(data)], maps);
    return {
      status: 200,
      type: 'application/json',
      body: JSON.stringify(trace),
      headers: { 'content-disposition': 'attachment; filename="trace.json"' },
    };
  },
});
