import type { Endpoint } from './hop.ts';

const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  grpc: 80,
  grpcs: 443,
  h2c: 80,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
};

/**
 * The endpoint of a URL, `host:port`, `:port` or bare port. A part with a variable in it is left open: better an
 * unknown address than a wrong one.
 */
export function parseEndpoint(written: string): Endpoint {
  const found = /^(?:([a-z0-9+]+):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#\s]*)(?::([^/?#\s]*))?/i.exec(written.trim());
  const [, scheme, host = '', port] = found ?? [];
  const isPort = scheme === undefined && port === undefined && /^\d+$/.test(host);
  const portText = isPort ? host : (port ?? '');
  const portNumber = /^\d{1,5}$/.test(portText)
    ? Number(portText)
    : port === undefined && scheme
      ? SCHEME_PORTS[scheme.toLowerCase()]
      : undefined;
  const name = isPort ? '' : host.toLowerCase();
  return {
    ...(name === '' || /[$%{}<>*()]/.test(name) ? {} : { host: name }),
    ...(portNumber === undefined ? {} : { port: portNumber }),
  };
}

export function showEndpoint({ host, port }: Endpoint): string {
  return `${host ?? ''}${port === undefined ? '' : `:${port}`}` || 'unknown';
}

/** Addresses that say nothing about which machine it is. */
const ANYWHERE = new Set(['0.0.0.0', '[::]', '::', 'localhost', '127.0.0.1', '[::1]', '*', 'host.docker.internal']);

/** 3: host and port agree. 2: names agree, a port is not said. 1: ports agree, a host is not said. 0: not the same. */
export function likeness(call: Endpoint, listen: Endpoint): 0 | 1 | 2 | 3 {
  const open = (host: string | undefined) => host === undefined || ANYWHERE.has(host);
  const samePort = call.port !== undefined && call.port === listen.port;
  const sameHost =
    call.host !== undefined && listen.host !== undefined && !open(call.host) && sameName(call.host, listen.host);
  if (sameHost) return samePort ? 3 : call.port === undefined || listen.port === undefined ? 2 : 0;
  if (!samePort) return 0;
  return open(call.host) && open(listen.host) ? 3 : open(listen.host) || open(call.host) ? 1 : 0;
}

/** `orders`, `orders.shop` and `orders.shop.svc.cluster.local` are one Service; `example` and `example.com` may be too. */
function sameName(one: string, other: string): boolean {
  if (one === other) return true;
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  return (
    longer.startsWith(`${shorter}.`) &&
    (/\.svc(?:\.|$)/.test(longer) || (!shorter.includes('.') && longer.split('.').length === 2))
  );
}
