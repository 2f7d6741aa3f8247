import type { Place } from '../../../hazard.ts';
import { type DefaultId, defaultTimeout } from '../../defaults/index.ts';
import { secondsOf } from '../../durations.ts';
import { parseEndpoint } from '../../endpoint.ts';
import type { Variable } from '../../environment.ts';
import type { Endpoint, Hop, Timeout } from '../../hop.ts';
import { idAt, present, timeoutAt } from '../../trees/limits.ts';
import { at, entries, items, number, type Tree, text } from '../../trees/tree.ts';
import { databaseProxy } from './database-proxy.ts';
import { distribution } from './distribution.ts';

/** One resource, CloudFormation's names and shapes; Terraform's are brought into them. */
export interface AwsResource {
  readonly type: string;
  readonly name: string;
  readonly place: Place;
  readonly properties: Tree | undefined;
}

const milliseconds = (written: string): number | undefined =>
  /^\d+(?:\.\d+)?$/.test(written.trim()) ? Number(written) : undefined;

/** Load balancers, API Gateway integrations and Lambda functions. */
export function awsHops(resources: readonly AwsResource[]): Hop[] {
  return resources.flatMap((resource) => {
    switch (resource.type) {
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
        return loadBalancer(resource, resources);
      case 'AWS::ElasticLoadBalancing::LoadBalancer':
        return [classicLoadBalancer(resource)];
      case 'AWS::ApiGateway::Method':
        return integration(resource, at(resource.properties, 'Integration'), 'TimeoutInMillis', 'apigateway.rest');
      case 'AWS::ApiGatewayV2::Integration':
        return integration(resource, resource.properties, 'TimeoutInMillis', 'apigateway.http');
      case 'AWS::CloudFront::Distribution':
        return distribution(resource);
      case 'AWS::RDS::DBProxy':
        return [databaseProxy(resource, resources)];
      case 'AWS::Lambda::Function':
      case 'AWS::Serverless::Function':
        return [lambda(resource)];
      default:
        return [];
    }
  });
}

function loadBalancer(resource: AwsResource, resources: readonly AwsResource[]): Hop[] {
  // Network and gateway load balancers pass on connections, not requests.
  const type = text(at(resource.properties, 'Type')) ?? 'application';
  if (type !== 'application') return [];
  const attribute = (name: string): Tree | undefined =>
    at(
      items(at(resource.properties, 'LoadBalancerAttributes')).find((it) => text(at(it, 'Key')) === name),
      'Value',
    );
  const idle = attribute('idle_timeout.timeout_seconds');
  const setting = 'idle_timeout.timeout_seconds';
  const listeners = resources.filter(({ type: it }) => it === 'AWS::ElasticLoadBalancingV2::Listener');
  const groups = resources.filter(({ type: it }) => it === 'AWS::ElasticLoadBalancingV2::TargetGroup');
  const place = resource.place;
  return [
    {
      id: idAt('alb', place),
      name: `alb ${resource.name}`,
      format: 'alb',
      role: 'edge',
      place,
      timeouts: present(
        timeoutAt(idle, { kind: 'response', setting, parse: secondsOf }) ??
          defaultTimeout('alb.idle_timeout', setting, place),
        timeoutAt(idle, { kind: 'upstream-keepalive', setting, parse: secondsOf }) ??
          defaultTimeout('alb.upstream-idle', setting, place),
        timeoutAt(attribute('client_keep_alive.seconds'), {
          kind: 'keepalive',
          setting: 'client_keep_alive.seconds',
          parse: secondsOf,
        }) ?? defaultTimeout('alb.client_keep_alive', 'client_keep_alive.seconds', place),
      ),
      listens: [
        ...listeners.map(({ properties }) => portOf(at(properties, 'Port'))),
        { host: `aws:${resource.name}`.toLowerCase() },
      ],
      upstreams: groups.map(({ properties }) => portOf(at(properties, 'Port'))),
      reusesUpstream: true,
    },
  ];
}

function classicLoadBalancer(resource: AwsResource): Hop {
  const idle = at(resource.properties, 'ConnectionSettings', 'IdleTimeout');
  const listeners = items(at(resource.properties, 'Listeners'));
  const place = resource.place;
  const setting = 'ConnectionSettings.IdleTimeout';
  return {
    id: idAt('elb', place),
    name: `elb ${resource.name}`,
    format: 'alb',
    role: 'edge',
    place,
    timeouts: [
      timeoutAt(idle, { kind: 'response', setting, parse: secondsOf }) ??
        defaultTimeout('alb.idle_timeout', setting, place),
      timeoutAt(idle, { kind: 'upstream-keepalive', setting, parse: secondsOf }) ??
        defaultTimeout('alb.upstream-idle', setting, place),
    ],
    listens: listeners.map((it) => portOf(at(it, 'LoadBalancerPort'))),
    upstreams: listeners.map((it) => portOf(at(it, 'InstancePort'))),
    reusesUpstream: true,
  };
}

function integration(resource: AwsResource, tree: Tree | undefined, setting: string, id: DefaultId): Hop[] {
  const type = text(at(tree, 'Type')) ?? text(at(tree, 'IntegrationType')) ?? '';
  // A mock integration answers by itself.
  if (type === 'MOCK') return [];
  const uri = at(tree, 'Uri') ?? at(tree, 'IntegrationUri');
  const place = resource.place;
  const timeout: Timeout =
    timeoutAt(at(tree, setting), { kind: 'request', setting, parse: milliseconds }) ??
    defaultTimeout(id, setting, place);
  return [
    {
      id: idAt('apigateway', place),
      name: `api gateway ${resource.name}`,
      format: 'apigateway',
      role: 'edge',
      place,
      timeouts: [timeout],
      listens: apiOf(resource.properties),
      upstreams: [targetOf(uri)],
    },
  ];
}

/** The API an integration belongs to, as what a CloudFront origin names: `!Ref HttpApi`, `aws_apigatewayv2_api.http.id`. */
function apiOf(properties: Tree | undefined): Endpoint[] {
  const api = at(properties, 'ApiId') ?? at(properties, 'RestApiId');
  const named = api?.type === 'unresolved' ? /resource (\w+)|aws_api\w+\.([\w-]+)/.exec(api.text) : null;
  const name = named?.[1] ?? named?.[2];
  return name === undefined ? [] : [{ host: `aws:${name}`.toLowerCase() }];
}

/** An integration's address; of a Lambda function its logical name. */
function targetOf(uri: Tree | undefined): Endpoint {
  if (uri?.type === 'unresolved') {
    const named = /resource (\w+)|aws_lambda_function\.(\w+)|\$\{(\w+)\.Arn\}/.exec(uri.text);
    const name = named?.[1] ?? named?.[2] ?? named?.[3];
    return name === undefined ? {} : { host: `lambda:${name}`.toLowerCase() };
  }
  const written = text(uri);
  return written === undefined || written.startsWith('arn:') ? {} : parseEndpoint(written);
}

function lambda(resource: AwsResource): Hop {
  const place = resource.place;
  return {
    id: idAt('lambda', place),
    name: `lambda ${resource.name}`,
    format: 'lambda',
    role: 'server',
    place,
    timeouts: [
      timeoutAt(at(resource.properties, 'Timeout'), { kind: 'handler', setting: 'Timeout', parse: secondsOf }) ??
        defaultTimeout('lambda.timeout', 'Timeout', place),
    ],
    listens: [{ host: `lambda:${resource.name}`.toLowerCase() }],
    upstreams: [],
    ...programOf(resource),
  };
}

function portOf(tree: Tree | undefined): Endpoint {
  const port = number(tree);
  return port === undefined ? {} : { port };
}

/** What functions and containers are started with; of functions for the programs in their folders. */
export function programVariables(resources: readonly AwsResource[]): Variable[] {
  return resources.flatMap((resource) => {
    switch (resource.type) {
      case 'AWS::Lambda::Function':
      case 'AWS::Serverless::Function':
        return lambdaVariables(resource);
      case 'AWS::ECS::TaskDefinition':
        return items(at(resource.properties, 'ContainerDefinitions')).flatMap(containerVariables);
      default:
        return [];
    }
  });
}

function lambdaVariables(resource: AwsResource): Variable[] {
  const { entry } = programOf(resource);
  const folder = entry?.includes('/') ? { folder: entry.slice(0, entry.lastIndexOf('/') + 1) } : {};
  return entries(at(resource.properties, 'Environment', 'Variables')).map(
    ([name, { key, value }]): Variable => ({ name, value: text(value), place: key, ...folder }),
  );
}

/** Of an ECS task's container; Terraform has the names of ECS' own JSON. Secrets are set, to what nobody here knows. */
function containerVariables(container: Tree): Variable[] {
  const read = (list: Tree | undefined, secret: boolean): Variable[] =>
    items(list).flatMap((item) => {
      const name = text(at(item, 'Name') ?? at(item, 'name'));
      const value = secret ? undefined : text(at(item, 'Value') ?? at(item, 'value'));
      return name === undefined ? [] : [{ name, value, place: item.place }];
    });
  return [
    ...read(at(container, 'Environment') ?? at(container, 'environment'), false),
    ...read(at(container, 'Secrets') ?? at(container, 'secrets'), true),
  ];
}

/** `CodeUri: src/`, `Handler: orders.get`: the program is src/orders.mjs, or whatever that name ends in. */
function programOf({ properties, place }: AwsResource): Pick<Hop, 'language' | 'entry'> {
  const runtime = text(at(properties, 'Runtime')) ?? '';
  const handler = text(at(properties, 'Handler'));
  if (handler === undefined || (runtime !== '' && !runtime.startsWith('nodejs'))) return {};
  const folders = [place.file.split('/').slice(0, -1).join('/'), text(at(properties, 'CodeUri')) ?? '']
    .flatMap((path) => path.split('/'))
    .filter((part) => part !== '' && part !== '.');
  return { language: 'node', entry: [...folders, handler.replace(/\.[^./]*$/, '')].join('/') };
}
