import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Stage } from './stage.ts';

/** Ids of the JSON output. */
export const VARIANTS = [
  'plain',
  'plain-again',
  'context-only',
  'holdup',
  'holdup-late',
  'holdup-sampled',
  'holdup-escalated',
  'opentelemetry',
  'dd-trace',
] as const;

export type VariantName = (typeof VARIANTS)[number];

/** Peers are no dependencies of this package: they lie in folders of their own. */
const OPENTELEMETRY = '@opentelemetry';
const DD_TRACE = 'dd-trace';

/** What Node is started with; the service itself is the same file in every variant. */
export interface Variant {
  readonly name: VariantName;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where a peer was installed for one Node version, or why it was not. */
type Peer = { readonly folder: string } | { readonly reason: string };

export type Peers = Readonly<Record<'opentelemetry' | 'dd-trace', Peer>>;

const NOT_MEASURED: Peer = { reason: 'not measured' };
export const NO_PEERS: Peers = { opentelemetry: NOT_MEASURED, 'dd-trace': NOT_MEASURED };

export function describeVariant(name: VariantName, stage: Stage, peers: Peers): Variant | { readonly reason: string } {
  switch (name) {
    case 'plain':
    case 'plain-again':
      return { name, execArgv: [], env: {} };
    case 'context-only':
      return { name, execArgv: ['--import', import.meta.resolve('../variants/context-only.js')], env: {} };
    case 'holdup':
      // Verdicts go nowhere: with a budget of a second none is due, and writing is no part of the hot path.
      return {
        name,
        execArgv: ['--import', import.meta.resolve('@holdup/agent/register')],
        env: { HOLDUP_SINK: 'none' },
      };
    case 'holdup-late':
      // Every request is late: the agent diagnoses as much as it allows itself, all the time.
      return {
        name,
        execArgv: ['--import', import.meta.resolve('@holdup/agent/register')],
        env: { HOLDUP_SINK: 'none', HOLDUP_BUDGET: '0.01ms' },
      };
    case 'holdup-sampled':
      return {
        name,
        execArgv: [
          '--import',
          import.meta.resolve('@holdup/agent/register'),
          '--import',
          import.meta.resolve('../variants/sampled.js'),
        ],
        env: { HOLDUP_SINK: 'none', HOLDUP_ESCALATE: 'off' },
      };
    case 'holdup-escalated':
      // The closer look all the time, which in earnest is at most 10 % of it: what it costs while it goes on.
      return {
        name,
        execArgv: ['--import', import.meta.resolve('@holdup/agent/register')],
        env: { HOLDUP_SINK: 'none', HOLDUP_ESCALATE: 'always' },
      };
    case 'opentelemetry': {
      const peer = peers[name];
      return 'reason' in peer ? peer : describeOpenTelemetry(peer.folder, stage.sink.port);
    }
    case 'dd-trace': {
      const peer = peers[name];
      return 'reason' in peer ? peer : describeDdTrace(peer.folder, stage.sink.port);
    }
  }
}

/**
 * As its documentation says for production: every default instrumentation, every request sampled, the batch processor, and
 * protobuf over HTTP to a sink on this host. Only traces: Holdup makes no metrics and no logs, so neither is charged to it.
 */
function describeOpenTelemetry(folder: string, sinkPort: number): Variant {
  const require = createRequire(join(folder, 'package.json'));
  return {
    name: 'opentelemetry',
    execArgv: [
      // Without it the server instrumentation never sees an ES module's `node:http`: no server span, half the work.
      `--experimental-loader=${pathToFileURL(require.resolve(`${OPENTELEMETRY}/instrumentation/hook.mjs`)).href}`,
      '--require',
      require.resolve(`${OPENTELEMETRY}/auto-instrumentations-node/register`),
    ],
    env: {
      OTEL_SERVICE_NAME: 'bench',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
      // The detectors of cloud hosts ask addresses that answer in a cloud only.
      OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process,serviceinstance',
    },
  };
}

/** As its documentation says for ES modules, with the sink in place of its agent. Traces only, and every request's. */
function describeDdTrace(folder: string, sinkPort: number): Variant {
  const require = createRequire(join(folder, 'package.json'));
  const initialize = join(dirname(require.resolve(`${DD_TRACE}/package.json`)), 'initialize.mjs');
  return {
    name: 'dd-trace',
    execArgv: ['--import', pathToFileURL(initialize).href],
    env: {
      DD_SERVICE: 'bench',
      DD_TRACE_AGENT_URL: `http://127.0.0.1:${sinkPort}`,
      DD_TRACE_SAMPLE_RATE: '1',
      DD_TRACE_RATE_LIMIT: '-1',
      DD_TRACE_STARTUP_LOGS: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_RUNTIME_METRICS_ENABLED: 'false',
      DD_PROFILING_ENABLED: 'false',
      DD_DYNAMIC_INSTRUMENTATION_ENABLED: 'false',
      DD_CRASHTRACKING_ENABLED: 'false',
    },
  };
}
