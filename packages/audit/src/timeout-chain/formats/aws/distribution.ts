import { defaultTimeout } from '../../defaults/index.ts';
import { secondsOf } from '../../durations.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Endpoint, Hop, Retries } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { at, items, number, type Tree, text } from '../../trees/tree.ts';
import type { AwsResource } from './resources.ts';

/** CloudFront: a hop for each origin that is a server; a bucket waits for nobody. */
export function distribution({ name, properties }: AwsResource): Hop[] {
  return items(at(properties, 'DistributionConfig', 'Origins')).flatMap((origin, index): Hop[] => {
    const custom = at(origin, 'CustomOriginConfig') ?? at(origin, 'VpcOriginConfig');
    if (!custom) return [];
    const place = { ...origin.place, endLine: origin.place.line, endColumn: origin.place.column + 1 };
    const id = text(at(origin, 'Id'));
    const retries = retriesOf(origin);
    return [
      {
        id: idAt('cloudfront', place, `:${index}`),
        name: `cloudfront ${name}${id === undefined ? '' : ` ${id}`}`,
        format: 'cloudfront',
        role: 'edge',
        place,
        timeouts: present(
          timeoutAt(at(custom, 'OriginReadTimeout'), {
            kind: 'response',
            setting: 'OriginReadTimeout',
            parse: secondsOf,
          }) ?? defaultTimeout('cloudfront.OriginReadTimeout', 'OriginReadTimeout', place),
          timeoutAt(at(custom, 'OriginKeepaliveTimeout'), {
            kind: 'upstream-keepalive',
            setting: 'OriginKeepaliveTimeout',
            parse: secondsOf,
          }) ?? defaultTimeout('cloudfront.OriginKeepaliveTimeout', 'OriginKeepaliveTimeout', place),
          timeoutAt(at(origin, 'ConnectionTimeout'), {
            kind: 'connect',
            setting: 'ConnectionTimeout',
            parse: secondsOf,
          }),
          timeoutAt(at(origin, 'ResponseCompletionTimeout'), {
            kind: 'request',
            setting: 'ResponseCompletionTimeout',
            parse: secondsOf,
          }),
        ),
        ...(retries ? { retries } : {}),
        listens: [],
        upstreams: [targetOf(at(origin, 'DomainName'))],
        reusesUpstream: true,
      },
    ];
  });
}

/** Three attempts unless told otherwise, of GET and HEAD: only what is written counts. */
function retriesOf(origin: Tree): Retries | undefined {
  const attempts = at(origin, 'ConnectionAttempts');
  const count = number(attempts);
  if (!attempts || count === 1) return undefined;
  return {
    count: count === undefined ? 'unknown' : count - 1,
    setting: 'ConnectionAttempts',
    place: attempts.place,
    source: 'set',
  };
}

/** `!GetAtt LoadBalancer.DNSName`, `aws_lb.main.dns_name`, `${HttpApi}.execute-api.…`, or a name. */
function targetOf(domain: Tree | undefined): Endpoint {
  if (domain?.type === 'unresolved') {
    const named = /resource (\w+)|aws_(?:a?lb|api\w+)\.([\w-]+)|\$\{(\w+)\}\.execute-api/.exec(domain.text);
    const name = named?.[1] ?? named?.[2] ?? named?.[3];
    return name === undefined ? {} : { host: `aws:${name}`.toLowerCase() };
  }
  const written = text(domain);
  return written === undefined ? {} : parseEndpoint(written);
}
