import { defaultTimeout } from '../../defaults/index.ts';
import { parseGoDuration, secondsOf } from '../../durations.ts';
import type { Endpoint, Hop, NotUnderstood } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { at, entries, items, number, text } from '../../trees/tree.ts';
import { controllerSettings, PREFIX, unknownSettings } from './ingress-nginx.ts';
import { annotation, type Resource } from './resource.ts';

/** An Ingress: for the nginx controller with its annotations, for another one what it forwards to. */
export function ingressHops(resource: Resource): Hop[] {
  const className =
    text(at(resource.spec, 'ingressClassName')) ?? text(annotation(resource, 'kubernetes.io/ingress.class')) ?? '';
  const annotated = entries(at(resource.tree, 'metadata', 'annotations'));
  const isNginx = /nginx/.test(className) || annotated.some(([name]) => name.startsWith(PREFIX));
  const isAlb = /alb/.test(className) || annotated.some(([name]) => name.startsWith('alb.ingress.kubernetes.io/'));
  const rules = items(at(resource.spec, 'rules'));
  const hosts = rules.map((rule) => text(at(rule, 'host'))).filter((host) => host !== undefined);
  const place = resource.place;
  const base = {
    id: idAt('ingress', place),
    name: `ingress ${resource.name}`,
    place,
    listens: hosts.map((host): Endpoint => ({ host })),
    upstreams: backendsOf(resource),
    reusesUpstream: true,
  };
  if (isAlb) return [{ ...base, format: 'alb', role: 'edge', timeouts: albTimeouts(resource) }];
  if (!isNginx) return [{ ...base, format: 'ingress', role: 'proxy', timeouts: [] }];
  return [{ ...base, format: 'ingress-nginx', role: 'proxy', ...controllerSettings(resource) }];
}

function albTimeouts(resource: Resource): Hop['timeouts'] {
  const attributes = annotation(resource, 'alb.ingress.kubernetes.io/load-balancer-attributes');
  const written = /idle_timeout\.timeout_seconds=([^,]+)/.exec(text(attributes) ?? '')?.[1];
  const idle =
    attributes && written !== undefined
      ? ({ type: 'scalar', value: written, place: attributes.place } as const)
      : undefined;
  const setting = 'idle_timeout.timeout_seconds';
  return [
    timeoutAt(idle, { kind: 'response', setting, parse: secondsOf }) ??
      defaultTimeout('alb.idle_timeout', setting, resource.place),
    timeoutAt(idle, { kind: 'upstream-keepalive', setting, parse: secondsOf }) ??
      defaultTimeout('alb.upstream-idle', setting, resource.place),
  ];
}

function backendsOf({ spec }: Resource): Endpoint[] {
  const backends = [
    at(spec, 'defaultBackend', 'service'),
    ...items(at(spec, 'rules')).flatMap((rule) =>
      items(at(rule, 'http', 'paths')).map((path) => at(path, 'backend', 'service') ?? at(path, 'backend')),
    ),
  ];
  return backends.flatMap((service) => {
    const host = text(at(service, 'name')) ?? text(at(service, 'serviceName'));
    const port = number(at(service, 'port', 'number')) ?? number(at(service, 'servicePort'));
    return host === undefined ? [] : [{ host, ...(port === undefined ? {} : { port }) }];
  });
}

export function unknownAnnotations(resource: Resource): NotUnderstood[] {
  return unknownSettings(entries(at(resource.tree, 'metadata', 'annotations')));
}

/** Traefik's own resource; its timeouts lie in the static file and in ServersTransport objects. */
export function ingressRouteHops(resource: Resource): Hop[] {
  return items(at(resource.spec, 'routes')).map((route) => {
    const services = items(at(route, 'services'));
    const hosts = [...(text(at(route, 'match')) ?? '').matchAll(/Host\(([^)]*)\)/g)].flatMap(
      ([, list = '']) => list.match(/[\w.-]+/g) ?? [],
    );
    return {
      id: idAt('traefik', route.place),
      name: `traefik ${resource.name}`,
      format: 'traefik',
      role: 'proxy',
      place: route.place,
      timeouts: [],
      listens: hosts.map((host) => ({ host })),
      upstreams: services.flatMap((service) => {
        const host = text(at(service, 'name'));
        const port = number(at(service, 'port'));
        return host === undefined ? [] : [{ host, ...(port === undefined ? {} : { port }) }];
      }),
      reusesUpstream: true,
    };
  });
}

/** Gateway API: `timeouts.request` is the whole exchange, `backendRequest` one attempt. gateway-api.sigs.k8s.io/geps/gep-1742 */
export function routeHops(resource: Resource): Hop[] {
  const hosts = items(at(resource.spec, 'hostnames'))
    .map(text)
    .filter((host) => host !== undefined);
  return items(at(resource.spec, 'rules')).map((rule, index) => {
    const request = timeoutAt(at(rule, 'timeouts', 'request'), {
      kind: 'request',
      setting: 'timeouts.request',
      parse: parseGoDuration,
    });
    const attempts = at(rule, 'retry', 'attempts');
    return {
      id: idAt('gateway-api', rule.place, `:${index}`),
      name: `${resource.kind} ${resource.name}${index > 0 ? ` #${index + 1}` : ''}`,
      format: 'gateway-api',
      role: 'proxy',
      place: rule.place,
      timeouts: present(
        request ?? defaultTimeout('gateway-api.request', 'timeouts.request', rule.place),
        timeoutAt(at(rule, 'timeouts', 'backendRequest'), {
          kind: 'try',
          setting: 'timeouts.backendRequest',
          parse: parseGoDuration,
        }),
      ),
      ...(attempts
        ? {
            retries: {
              count: number(attempts) ?? 'unknown',
              setting: 'retry.attempts',
              place: attempts.place,
              source: 'set',
            },
          }
        : {}),
      listens: hosts.map((host) => ({ host })),
      upstreams: items(at(rule, 'backendRefs')).flatMap((backend) => {
        const host = text(at(backend, 'name'));
        const port = number(at(backend, 'port'));
        return host === undefined ? [] : [{ host, ...(port === undefined ? {} : { port }) }];
      }),
    };
  });
}
