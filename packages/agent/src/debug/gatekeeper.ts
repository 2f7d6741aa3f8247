import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type Answer, refuse } from './answer.ts';

/**
 * Who may ask. With a token: whoever shows it, as `Authorization: Bearer` or as the password of a URL (`go tool pprof` and browsers
 * know no other way). Without one: programs of this machine, under a name that no foreign DNS server can point here
 * (DNS rebinding), and no page of another site.
 * @returns what to answer instead; undefined: go on
 */
export function refusal(request: IncomingMessage, token: string | undefined): Answer | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(405, 'only GET and HEAD', { allow: 'GET, HEAD' });
  }
  if (isForeignPage(request.headers)) return refuse(403, 'not from a page of another site');
  if (token !== undefined) {
    if (showsToken(request.headers.authorization, token)) return undefined;
    const how =
      'a token is needed: curl -H "Authorization: Bearer $HOLDUP_DEBUG_TOKEN", or http://holdup:<token>@host:port/';
    return refuse(401, how, { 'www-authenticate': 'Basic realm="holdup"' });
  }
  if (!isNamedDirectly(request.headers.host)) {
    return refuse(403, "ask by address or as localhost: the name in the Host header could be anybody's");
  }
  return undefined;
}

/** `localhost` and addresses need no DNS, so nobody can have pointed them here. */
function isNamedDirectly(host: string | undefined): boolean {
  const name = host
    ?.replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return name !== undefined && (name === 'localhost' || isIP(name) !== 0);
}

/** A browser says so. A link somebody followed is fine. */
function isForeignPage(headers: IncomingMessage['headers']): boolean {
  const site = headers['sec-fetch-site'];
  const isFollowedLink = headers['sec-fetch-dest'] === 'document';
  return (site === 'cross-site' || site === 'same-site') && !isFollowedLink;
}

function showsToken(authorization: string | undefined, token: string): boolean {
  const [scheme = '', credentials = ''] = authorization?.split(' ', 2) ?? [];
  if (scheme.toLowerCase() === 'bearer') return isSame(credentials, token);
  if (scheme.toLowerCase() !== 'basic') return false;
  const pair = Buffer.from(credentials, 'base64').toString();
  return isSame(pair.slice(pair.indexOf(':') + 1), token);
}

/** Takes the same time whatever is shown, its length included. */
function isSame(shown: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(shown), hash(token));
}
