import type { Place } from '../../hazard.ts';
import type { Hop } from '../hop.ts';
import type { Tree } from '../trees/tree.ts';
import { at, entries, text } from '../trees/tree.ts';
import { traefikHops } from './traefik.ts';
import { nestedSettings } from './traefik-flags.ts';

interface Labelled {
  /** The container's name, which is its host, and a port it listens on. */
  readonly host: string;
  readonly port: number | undefined;
  readonly place: Place;
  readonly labels: readonly (readonly [string, Tree])[];
}

const PREFIX = 'traefik.http.';

/** Traefik's dynamic configuration as the labels of a container give it: the container is what its services lead to. */
export function traefikFromLabels({ host, port, place, labels }: Labelled): Hop[] {
  const mine = labels.filter(([name]) => name.toLowerCase().startsWith(PREFIX));
  if (mine.length === 0) return [];
  const root = nestedSettings(
    place,
    mine.map(([name, value]) => [name.slice('traefik.'.length).split('.'), value] as const),
  );
  const declared = entries(at(root, 'http', 'services'));
  // Routers alone lead to a service of the container's own name.
  const services = declared.length > 0 ? declared : [[host, { key: place, value: root }] as const];
  const server = (written: number | undefined): Tree => ({
    type: 'scalar',
    value: `http://${host}${written === undefined ? '' : `:${written}`}`,
    place,
  });
  const map = (values: Readonly<Record<string, Tree>>): Tree => ({
    type: 'map',
    entries: new Map(Object.entries(values).map(([key, value]) => [key, { key: place, value }])),
    place,
  });
  const balanced = services.map(([name, { key, value }]) => {
    const balancer = at(value, 'loadBalancer');
    const written = Number(text(at(balancer, 'server', 'port')) ?? port);
    const transport = at(balancer, 'serversTransport');
    const url = server(Number.isInteger(written) ? written : undefined);
    const servers: Tree = { type: 'list', items: [map({ url })], place };
    const inner = map({ servers, ...(transport ? { serversTransport: transport } : {}) });
    return [name, { key, value: map({ loadBalancer: inner }) }] as const;
  });
  const http = entries(at(root, 'http')).filter(([name]) => name !== 'services');
  const whole: Tree = {
    type: 'map',
    entries: new Map([
      ...http,
      ['services', { key: place, value: { type: 'map', entries: new Map(balanced), place } as const }],
    ]),
    place,
  };
  return traefikHops(map({ http: whole }));
}
