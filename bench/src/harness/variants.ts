import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Stage } from './stage.ts';

/** Ids of the JSON output. */
export const VARIANTS = ['plain', 'plain-again', 'context-only', 'holdup', 'opentelemetry'] as const;

export type VariantName = (typeof VARIANTS)[number];

/** The npm scope of the peer, which is no dependency of this package: it lies in a folder of its own. */
const OPENTELEMETRY = '@opentelemetry';

/** What Node is started with; the service itself is the same file in every variant. */
export interface Variant {
  readonly name: VariantName;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where OpenTelemetry was installed for one Node version, or why it was not. */
export type Peer = { readonly folder: string } | { readonly reason: string };

export function describeVariant(name: VariantName, stage: Stage, peer: Peer): Variant | { readonly reason: string } {
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
    case 'opentelemetry':
      return 'reason' in peer ? peer : describeOpenTelemetry(peer.folder, stage.sink.port);
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
