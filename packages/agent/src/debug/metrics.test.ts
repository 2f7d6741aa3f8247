import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metricsRoute } from './metrics.ts';
import type { DebugSite } from './route.ts';
import type { CountersWire } from './wire.ts';

const COUNTERS: CountersWire = {
  at: 0,
  requests: 3,
  inFlight: 0,
  late: [{ route: 'GET /"a"\\b\n', cause: 'cpu-bound', count: 2, traceId: '4bf92f35', at: 1_700_000_000_500 }],
  skipped: 0,
  loop: { blockCount: 0, blockMs: 0, busyMs: 0, idleMs: 0, gcCount: 0, gcMs: 0 },
  pools: [],
};

/** Of an endpoint's site only what metrics ask for. */
function siteOf(accept: string): DebugSite {
  const never = () => Promise.reject(new Error('not for metrics'));
  return {
    evaluate: () => Promise.resolve({ kind: 'fresh', value: COUNTERS }),
    withSession: never,
    exclusive: never,
    vitals: () => ({ silentMs: 0, blocked: false, inFlight: 0 }),
    gone: new AbortController().signal,
    accept,
    isHead: false,
  };
}

async function scrape(accept: string): Promise<{ readonly type: string; readonly text: string }> {
  const { type, body } = await metricsRoute.handle(new URLSearchParams(), siteOf(accept));
  return { type, text: body.toString() };
}

describe('metrics', () => {
  const formats: Record<string, 'open' | 'plain'> = {
    '': 'plain',
    '*/*': 'plain',
    'text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5': 'plain',
    'application/openmetrics-text;q=0,text/plain': 'plain',
    'application/openmetrics-text': 'open',
    // Prometheus 2 and 3.
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1':
      'open',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2':
      'open',
  };
  for (const [accept, format] of Object.entries(formats)) {
    it(`are ${format} for ${accept || 'nobody in particular'}`, async () => {
      const { type, text } = await scrape(accept);
      assert.equal(type.startsWith('application/openmetrics-text'), format === 'open');
      assert.equal(text.endsWith('\n# EOF\n'), format === 'open');
    });
  }

  it('escape labels, and show in OpenMetrics the latest request of each cause', async () => {
    const series = 'holdup_late_requests_total{route="GET /\\"a\\"\\\\b\\n",cause="cpu-bound"} 2';
    assert.ok((await scrape('')).text.includes(`\n${series}\n`));
    const open = await scrape('application/openmetrics-text');
    assert.ok(open.text.includes(`\n${series} # {trace_id="4bf92f35"} 1 1700000000.5\n`));
  });
});
