import type { RequestRecord } from './request-record.ts';

/** Longer segments are tokens or slugs with data in them. */
const MAX_SEGMENT = 32;
/** Addresses, matrix parameters, encoded text: names of routes have no such characters. */
const DATA = /[@=%;,&+]/;
const VARIABLE = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)[\w.~-]{16,})$/i;

/** A path without what varies and without its query: `/orders/17?x=1` → `/orders/:id`. */
export function pathPattern(target: string): string {
  const query = target.search(/[?#]/);
  const path = query === -1 ? target : target.slice(0, query);
  // Proxies are asked for a whole URL, which may carry a password.
  return path
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, '')
    .split('/', 12)
    .map((segment) => (isVariable(segment) ? ':id' : segment))
    .join('/');
}

function isVariable(segment: string): boolean {
  return segment.length > MAX_SEGMENT || VARIABLE.test(segment) || DATA.test(segment);
}

interface Routed {
  readonly message?: unknown;
  readonly routed?: unknown;
}

/** Express sets `route` and `baseUrl` on the message, routers for Koa `_matchedRoute` on its context. */
export function frameworkPattern({ message, routed }: Routed): string | undefined {
  const { _matchedRoute } = (routed ?? {}) as { _matchedRoute?: unknown };
  if (typeof _matchedRoute === 'string') return _matchedRoute;
  const { route, baseUrl } = (message ?? {}) as { route?: { path?: unknown }; baseUrl?: unknown };
  const path = route?.path;
  if (typeof path !== 'string') return undefined;
  return typeof baseUrl === 'string' ? pathPattern(baseUrl) + (path === '/' && baseUrl !== '' ? '' : path) : path;
}

/** `GET /orders/:id`: the framework's pattern where there is one, else the path without its variable parts. */
export function routeOf(request: RequestRecord): string {
  const pattern = request.pattern ?? frameworkPattern(request) ?? pathPattern(request.target);
  return request.method === '' ? pattern : `${request.method} ${pattern}`;
}
