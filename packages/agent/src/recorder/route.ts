import type { RequestRecord } from './request-record.ts';

/** Longer segments are tokens or slugs with data in them. */
const MAX_SEGMENT = 32;
const VARIABLE = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)[\w.~-]{16,})$/i;

/** A path without what varies and without its query: `/orders/17?x=1` → `/orders/:id`. */
export function pathPattern(target: string): string {
  const query = target.search(/[?#]/);
  const path = query === -1 ? target : target.slice(0, query);
  return path
    .split('/', 12)
    .map((segment) => (segment.length > MAX_SEGMENT || VARIABLE.test(segment) ? ':id' : segment))
    .join('/');
}

/** What frameworks leave on the message: Express sets `route` and `baseUrl`. */
export function frameworkPattern(message: unknown): string | undefined {
  const { route, baseUrl } = message as { route?: { path?: unknown }; baseUrl?: unknown };
  const path = route?.path;
  if (typeof path !== 'string') return undefined;
  return typeof baseUrl === 'string' ? pathPattern(baseUrl) + (path === '/' && baseUrl !== '' ? '' : path) : path;
}

/** `GET /orders/:id`: the framework's pattern where there is one, else the path without its variable parts. */
export function routeOf(request: RequestRecord): string {
  const pattern = request.pattern ?? frameworkPattern(request.message ?? {}) ?? pathPattern(request.target);
  return request.method === '' ? pattern : `${request.method} ${pattern}`;
}
