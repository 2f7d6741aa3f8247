import { defaultTimeout, setTimeoutOf } from '../../defaults/index.ts';
import { secondsOf, showLimit } from '../../durations.ts';
import type { Alias, Endpoint, Hop, Timeout } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { at, entries, items, number, type Tree, text } from '../../trees/tree.ts';
import { traefikFromProcess } from '../traefik-flags.ts';
import type { Resource } from './resource.ts';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod']);
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** kubernetes.io: how often a probe runs, and how many failures count, when nothing is said. */
const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;

export function isWorkload({ kind }: Resource): boolean {
  return WORKLOADS.has(kind);
}

/** Pods: their probes and how long they get to end. */
export function workloadHop(resource: Resource, services: readonly Resource[]): Hop {
  const template = resource.kind === 'Pod' ? resource.tree : at(resource.spec, 'template');
  const spec = at(template, 'spec');
  const containers = items(at(spec, 'containers'));
  const ports = containers
    .flatMap((container) => items(at(container, 'ports')).map((port) => number(at(port, 'containerPort'))))
    .filter((port) => port !== undefined);
  const mine = services.filter((service) => selects(service, template));
  const place = resource.place;
  return {
    id: idAt('k8s', place),
    name: `${resource.kind.toLowerCase()} ${resource.name}`,
    format: 'kubernetes',
    role: 'workload',
    place,
    timeouts: present(
      ...containers.flatMap((container) => PROBES.flatMap((name) => probeTimeouts(at(container, name), name))),
      graceOf(spec, containers, place),
    ),
    listens: [...mine.flatMap(serviceEndpoints), ...(mine.length === 0 ? ports.map((port) => ({ port })) : [])],
    upstreams: ports.map((port) => ({ host: 'localhost', port })),
  };
}

/** Of the grace period a preStop hook uses up its part before the program hears of the end. */
function graceOf(spec: Tree | undefined, containers: readonly Tree[], place: Timeout['place']): Timeout {
  const whole =
    timeoutAt(at(spec, 'terminationGracePeriodSeconds'), {
      kind: 'grace',
      setting: 'terminationGracePeriodSeconds',
      parse: secondsOf,
      zero: 0,
    }) ?? defaultTimeout('k8s.terminationGracePeriodSeconds', 'terminationGracePeriodSeconds', place);
  const waits = containers.map(preStopMs);
  const longest = Math.max(0, ...waits.flatMap((ms) => ms ?? []));
  if (typeof whole.ms !== 'number' || longest === 0) return whole;
  const rest = Math.max(0, whole.ms - longest);
  const note = `${showLimit(whole.ms)} less the preStop wait of ${showLimit(longest)}`;
  return setTimeoutOf('grace', rest, 'terminationGracePeriodSeconds', whole.place, note);
}

/** `sleep: { seconds: 15 }`, `exec: { command: [sleep, "15"] }`, `[sh, -c, "sleep 15"]`; what else a hook does has no length here. */
function preStopMs(container: Tree): number | undefined {
  const hook = at(container, 'lifecycle', 'preStop');
  const seconds = text(at(hook, 'sleep', 'seconds'));
  const command = items(at(hook, 'exec', 'command')).map((part) => text(part) ?? '');
  const written = seconds ?? /(?:^|[\s;&])sleep (\d+)/.exec(command.join(' '))?.[1];
  return written === undefined ? undefined : secondsOf(written);
}

/** Traefik takes its static configuration from flags and variables as well. */
export function traefikIn(resource: Resource): Hop[] {
  const template = resource.kind === 'Pod' ? resource.tree : at(resource.spec, 'template');
  return items(at(template, 'spec', 'containers'))
    .filter((container) => /(?:^|\/)traefik(?::|@|$)/.test(text(at(container, 'image')) ?? ''))
    .flatMap((container) =>
      traefikFromProcess({
        args: [...items(at(container, 'command')), ...items(at(container, 'args'))],
        environment: items(at(container, 'env')).flatMap((item) => {
          const [name, value] = [text(at(item, 'name')), at(item, 'value') ?? at(item, 'valueFrom')];
          return name === undefined || value === undefined ? [] : [[name, value] as const];
        }),
      }),
    );
}

function probeTimeouts(probe: Tree | undefined, name: (typeof PROBES)[number]): (Timeout | undefined)[] {
  if (!probe) return [];
  const period = number(at(probe, 'periodSeconds')) ?? DEFAULT_PERIOD_SECONDS;
  const failures = number(at(probe, 'failureThreshold')) ?? DEFAULT_FAILURES;
  const timeout =
    timeoutAt(at(probe, 'timeoutSeconds'), { kind: 'probe', setting: `${name}.timeoutSeconds`, parse: secondsOf }) ??
    defaultTimeout('k8s.probe.timeoutSeconds', `${name}.timeoutSeconds`, probe.place);
  return [
    timeout,
    setTimeoutOf(
      'probe-period',
      period * failures * 1000,
      `${name} periodSeconds × failureThreshold`,
      probe.place,
      `${period} s × ${failures}`,
    ),
  ];
}

function selects(service: Resource, template: Tree | undefined): boolean {
  const wanted = entries(at(service.spec, 'selector'));
  const labels = at(template, 'metadata', 'labels');
  return (
    wanted.length > 0 &&
    wanted.every(([name, { value }]) => text(at(labels, name)) !== undefined && text(at(labels, name)) === text(value))
  );
}

function serviceEndpoints({ name, namespace, spec }: Resource): Endpoint[] {
  const ports = items(at(spec, 'ports')).map((port) => number(at(port, 'port')));
  const hosts =
    namespace === undefined ? [name] : [name, `${name}.${namespace}`, `${name}.${namespace}.svc.cluster.local`];
  return hosts.flatMap((host) =>
    ports.length === 0 ? [{ host }] : ports.map((port) => ({ host, ...(port === undefined ? {} : { port }) })),
  );
}

/** Where a Service's ports lead, for programs that are given without their Deployment. */
export function serviceAliases(service: Resource): Alias[] {
  return items(at(service.spec, 'ports')).flatMap((port) => {
    const target = number(at(port, 'targetPort')) ?? number(at(port, 'port'));
    const from = number(at(port, 'port'));
    if (target === undefined || from === undefined) return [];
    return serviceEndpoints(service)
      .filter((endpoint) => endpoint.port === from)
      .map((endpoint) => ({ from: endpoint, to: { port: target } }));
  });
}
