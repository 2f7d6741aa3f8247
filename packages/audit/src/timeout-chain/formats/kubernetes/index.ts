import { type ConfigFile, NOTHING_READ, type NotUnderstood, type Reading } from '../../hop.ts';
import { present } from '../../trees/limits.ts';
import { readYaml } from '../../trees/read-yaml.ts';
import { at, entries } from '../../trees/tree.ts';
import { unknownTimeouts } from '../../trees/walk.ts';
import type { Format } from '../format.ts';
import { workloadVariables } from './environment.ts';
import { ingressHops, ingressRouteHops, routeHops, unknownAnnotations } from './ingress.ts';
import { controllerConfig, unknownSettings } from './ingress-nginx.ts';
import { destinationRule, virtualServiceHops } from './istio.ts';
import { type Resource, resourcesOf } from './resource.ts';
import { traefikTransport } from './servers-transport.ts';
import { isWorkload, serviceAliases, traefikIn, workloadHop } from './workload.ts';

const KNOWN = new Set([
  'timeout',
  'perTryTimeout',
  'connectTimeout',
  'idleTimeout',
  'timeoutSeconds',
  'terminationGracePeriodSeconds',
  'request',
  'backendRequest',
  'tcpKeepalive',
  'dialTimeout',
  'responseHeaderTimeout',
  'idleConnTimeout',
  'readIdleTimeout',
  'pingTimeout',
]);
/** Where timeouts are not a request's: rollouts, disks, sessions, the pod's own environment. */
const ELSEWHERE = new Set([
  'metadata',
  'env',
  'data',
  'stringData',
  'sessionAffinityConfig',
  'affinity',
  'volumes',
  'strategy',
  'status',
  'outlierDetection',
  'command',
  'args',
]);

export const kubernetes: Format = {
  id: 'kubernetes',
  title: 'Kubernetes (Ingress, Gateway API, probes, Istio, Traefik resources)',
  sniff: ({ file, text }) =>
    /\.(?:ya?ml|json)$/.test(file) &&
    /^[\s{,-]*["']?apiVersion["']?\s*:/m.test(text) &&
    /^[\s{,-]*["']?kind["']?\s*:/m.test(text),
  read: readKubernetes,
};

function readKubernetes(file: ConfigFile): Reading {
  const { documents, problems } = readYaml(file);
  const resources = documents.flatMap(resourcesOf);
  const services = resources.filter(({ kind }) => kind === 'Service');
  const hops = resources.flatMap((resource) => hopsOf(resource, services));
  return {
    ...NOTHING_READ,
    hops,
    aliases: services.flatMap(serviceAliases),
    overlays: resources.flatMap((resource) => (resource.kind === 'DestinationRule' ? destinationRule(resource) : [])),
    variables: resources.filter(isWorkload).flatMap((resource) => workloadVariables(resource, resources)),
    notUnderstood: resources.flatMap(unknownIn),
    problems,
  };
}

function hopsOf(resource: Resource, services: readonly Resource[]): Reading['hops'] {
  if (isWorkload(resource)) {
    const proxy = traefikIn(resource);
    return proxy.length > 0 ? proxy : [workloadHop(resource, services)];
  }
  switch (resource.kind) {
    case 'Ingress':
      return ingressHops(resource);
    case 'ConfigMap':
      return present(controllerConfig(resource));
    case 'HTTPRoute':
    case 'GRPCRoute':
      return routeHops(resource);
    case 'VirtualService':
      return virtualServiceHops(resource);
    case 'IngressRoute':
      return ingressRouteHops(resource);
    case 'ServersTransport':
      return [traefikTransport(resource)];
    default:
      return [];
  }
}

/** Kinds that carry timeouts of a request. Those of the second set are not read: every timeout in them is listed. */
const READ = new Set([
  'HTTPRoute',
  'GRPCRoute',
  'VirtualService',
  'DestinationRule',
  'IngressRoute',
  'ServersTransport',
]);
const NOT_READ = new Set([
  'BackendTrafficPolicy',
  'ClientTrafficPolicy',
  'EnvoyFilter',
  'HTTPProxy',
  'TrafficPolicy',
  'UpstreamSettingsPolicy',
]);

function unknownIn(resource: Resource): NotUnderstood[] {
  if (resource.kind === 'Ingress') return unknownAnnotations(resource);
  if (resource.kind === 'ConfigMap')
    return controllerConfig(resource) ? unknownSettings(entries(at(resource.tree, 'data'))) : [];
  if (NOT_READ.has(resource.kind)) return unknownTimeouts(resource.tree, new Set(), ELSEWHERE);
  return READ.has(resource.kind) || isWorkload(resource) ? unknownTimeouts(resource.tree, KNOWN, ELSEWHERE) : [];
}
