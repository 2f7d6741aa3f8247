import { findAny, hasSome, isDigit, isMadeOf, isWord } from '@holdup/model';
import type { RequestRecord } from './request-record.ts';

/** Longer segments are tokens or slugs with data in them. */
const MAX_SEGMENT = 32;
/** Addresses, matrix parameters, encoded text: names of routes have no such characters. */
const DATA = '@=%;,&+';
/** Of hexadecimal digits, one of 0 to 9 among them: an id, no word. */
const LEAST_HEX = 8;
/** Of letters and digits, one of 0 to 9 among them: a token. */
const LEAST_TOKEN = 16;
/** Digits in a row: a number somebody was given (`ORD-12345`, `inv_00123`), no version and no `oauth2`. */
const LEAST_NUMBER = 4;
/** Of letters and digits mixed more than once (`dQw4w9WgXcQ`): a short token. `v1beta2` is a version, `ipv4-to-ipv6` two words. */
const LEAST_MIXED = 8;

/** A path without what varies and without its query: `/orders/17?x=1` → `/orders/:id`. */
export function pathPattern(target: string): string {
  return withoutOrigin(target.slice(0, findAny(target, '?#')))
    .split('/', 12)
    .map((segment) => (isVariable(segment) ? ':id' : segment))
    .join('/');
}

/** Proxies are asked for a whole URL, which may carry a password. */
function withoutOrigin(path: string): string {
  const scheme = path.indexOf('://');
  if (scheme <= 0 || path.startsWith('/')) return path;
  return path.slice(findAny(path, '/', scheme + 3));
}

function isVariable(segment: string): boolean {
  const { length } = segment;
  if (length > MAX_SEGMENT || findAny(segment, DATA) < length) return true;
  if (!hasSome(segment, isDigit)) return false;
  const runs = digitRuns(segment);
  if (isMadeOf(segment, isDigit) || runs.longest >= LEAST_NUMBER) return true;
  if (length >= LEAST_MIXED && runs.count > 1 && isMadeOf(segment, isWord)) return true;
  return (length >= LEAST_HEX && isMadeOf(segment, isHex)) || (length >= LEAST_TOKEN && isMadeOf(segment, isTokenPart));
}

function digitRuns(segment: string): { readonly count: number; readonly longest: number } {
  let count = 0;
  let longest = 0;
  let length = 0;
  for (let i = 0; i < segment.length; i++) {
    length = isDigit(segment.charCodeAt(i)) ? length + 1 : 0;
    if (length === 1) count++;
    longest = Math.max(longest, length);
  }
  return { count, longest };
}

/** In either case. */
function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isTokenPart(code: number): boolean {
  return isWord(code) || code === DOT || code === TILDE || code === MINUS;
}

const MINUS = 45;
const DOT = 46;
const TILDE = 126;

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
  const pattern = request.pattern ?? frameworkPattern(request) ?? plainPattern(request);
  return request.method === '' ? pattern : `${request.method} ${pattern}`;
}

/** Kept: every cut and every verdict asks for it. */
function plainPattern(request: RequestRecord): string {
  request.plainPattern ??= pathPattern(request.target);
  return request.plainPattern;
}
