import { defaultTimeout } from '../../defaults/index.ts';
import { parseGoDuration } from '../../durations.ts';
import type { Hop } from '../../hop.ts';
import { idAt, timeoutAt } from '../../trees/limits.ts';
import { at } from '../../trees/tree.ts';
import type { Resource } from './resource.ts';

const parse = (written: string) => parseGoDuration(written, 's');

/** Traefik's ServersTransport: how it waits for what lies inside. */
export function traefikTransport(resource: Resource): Hop {
  const timeouts = at(resource.spec, 'forwardingTimeouts');
  const place = resource.place;
  return {
    id: idAt('traefik', place),
    name: `traefik ${resource.name}`,
    format: 'traefik',
    role: 'proxy',
    place,
    timeouts: [
      timeoutAt(at(timeouts, 'responseHeaderTimeout'), { kind: 'response', setting: 'responseHeaderTimeout', parse }) ??
        defaultTimeout('traefik.responseHeaderTimeout', 'responseHeaderTimeout', place),
      timeoutAt(at(timeouts, 'dialTimeout'), { kind: 'connect', setting: 'dialTimeout', parse }) ??
        defaultTimeout('traefik.dialTimeout', 'dialTimeout', place),
      timeoutAt(at(timeouts, 'idleConnTimeout'), { kind: 'upstream-keepalive', setting: 'idleConnTimeout', parse }) ??
        defaultTimeout('traefik.idleConnTimeout', 'idleConnTimeout', place),
    ],
    listens: [],
    upstreams: [],
    reusesUpstream: true,
  };
}
