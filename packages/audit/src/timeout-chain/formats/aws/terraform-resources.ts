import { at, type Entry, items, type Tree } from '../../trees/tree.ts';
import type { AwsResource } from './resources.ts';

/** Terraform's names in CloudFormation's, so that one reader knows both. */
export function translate(type: string, name: string, block: Tree): AwsResource {
  const place = { ...block.place, endLine: block.place.line, endColumn: block.place.column + 1 };
  const rename = (names: Readonly<Record<string, string>>): Tree => {
    const found = new Map<string, Entry>();
    for (const [from, to] of Object.entries(names)) {
      const value = at(block, from);
      if (value) found.set(to, { key: value.place, value });
    }
    return { type: 'map', entries: found, place: block.place };
  };
  switch (type) {
    case 'aws_lb':
    case 'aws_alb':
      return { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', name, place, properties: loadBalancer(block) };
    case 'aws_elb':
      return {
        type: 'AWS::ElasticLoadBalancing::LoadBalancer',
        name,
        place,
        properties: nest(block, 'ConnectionSettings', 'IdleTimeout', 'idle_timeout'),
      };
    case 'aws_lb_listener':
    case 'aws_alb_listener':
      return { type: 'AWS::ElasticLoadBalancingV2::Listener', name, place, properties: rename({ port: 'Port' }) };
    case 'aws_lb_target_group':
    case 'aws_alb_target_group':
      return { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', name, place, properties: rename({ port: 'Port' }) };
    case 'aws_api_gateway_integration':
      return {
        type: 'AWS::ApiGateway::Method',
        name,
        place,
        properties: withApi(block, rename({ timeout_milliseconds: 'TimeoutInMillis', uri: 'Uri', type: 'Type' })),
      };
    case 'aws_apigatewayv2_integration':
      return {
        type: 'AWS::ApiGatewayV2::Integration',
        name,
        place,
        properties: rename({
          timeout_milliseconds: 'TimeoutInMillis',
          integration_uri: 'IntegrationUri',
          integration_type: 'IntegrationType',
          api_id: 'ApiId',
        }),
      };
    case 'aws_cloudfront_distribution':
      return { type: 'AWS::CloudFront::Distribution', name, place, properties: distribution(block) };
    case 'aws_db_proxy':
      return {
        type: 'AWS::RDS::DBProxy',
        name,
        place,
        properties: rename({
          idle_client_timeout: 'IdleClientTimeout',
          engine_family: 'EngineFamily',
          name: 'DBProxyName',
        }),
      };
    case 'aws_db_proxy_default_target_group': {
      const config = items(at(block, 'connection_pool_config'))[0];
      const borrow = at(config, 'connection_borrow_timeout');
      return {
        type: 'AWS::RDS::DBProxyTargetGroup',
        name,
        place,
        properties: map(block, {
          ...(borrow ? { ConnectionPoolConfigurationInfo: map(block, { ConnectionBorrowTimeout: borrow }) } : {}),
        }),
      };
    }
    case 'aws_ecs_task_definition':
      return {
        type: 'AWS::ECS::TaskDefinition',
        name,
        place,
        properties: rename({ container_definitions: 'ContainerDefinitions' }),
      };
    case 'aws_lambda_function':
      return { type: 'AWS::Lambda::Function', name, place, properties: lambda(block) };
    default:
      return { type, name, place, properties: block };
  }
}

function lambda(block: Tree): Tree {
  const values = {
    Timeout: at(block, 'timeout'),
    Handler: at(block, 'handler'),
    Runtime: at(block, 'runtime'),
    Variables: at(items(at(block, 'environment'))[0], 'variables'),
  };
  const { Variables, ...own } = values;
  const known = Object.entries(own).flatMap(([key, value]): [string, Tree][] => (value ? [[key, value]] : []));
  return map(block, { ...Object.fromEntries(known), ...(Variables ? { Environment: map(block, { Variables }) } : {}) });
}

function loadBalancer(block: Tree): Tree {
  const attribute = (key: string, value: Tree | undefined): Tree[] =>
    value ? [map(block, { Key: { type: 'scalar', value: key, place: value.place }, Value: value })] : [];
  const attributes = [
    ...attribute('idle_timeout.timeout_seconds', at(block, 'idle_timeout')),
    ...attribute('client_keep_alive.seconds', at(block, 'client_keep_alive')),
  ];
  const type = at(block, 'load_balancer_type');
  return map(block, {
    LoadBalancerAttributes: { type: 'list', items: attributes, place: block.place },
    ...(type ? { Type: type } : {}),
  });
}

function distribution(block: Tree): Tree {
  const named = (tree: Tree | undefined, names: Readonly<Record<string, string>>): Record<string, Tree> =>
    Object.fromEntries(
      Object.entries(names).flatMap(([from, to]) => {
        const value = at(tree, from);
        return value ? [[to, value]] : [];
      }),
    );
  const origins = items(at(block, 'origin')).map((origin): Tree => {
    const custom = items(at(origin, 'custom_origin_config'))[0];
    return map(origin, {
      ...named(origin, {
        origin_id: 'Id',
        domain_name: 'DomainName',
        connection_attempts: 'ConnectionAttempts',
        connection_timeout: 'ConnectionTimeout',
        response_completion_timeout: 'ResponseCompletionTimeout',
      }),
      ...(custom
        ? {
            CustomOriginConfig: map(custom, {
              ...named(custom, {
                origin_read_timeout: 'OriginReadTimeout',
                origin_keepalive_timeout: 'OriginKeepaliveTimeout',
              }),
            }),
          }
        : {}),
    });
  });
  return map(block, {
    DistributionConfig: map(block, { Origins: { type: 'list', items: origins, place: block.place } }),
  });
}

function nest(block: Tree, outer: string, inner: string, from: string): Tree {
  const value = at(block, from);
  return value ? map(block, { [outer]: map(block, { [inner]: value }) }) : map(block, {});
}

function withApi(block: Tree, integration: Tree): Tree {
  const api = at(block, 'rest_api_id');
  return map(block, { Integration: integration, ...(api ? { RestApiId: api } : {}) });
}

function map({ place }: Tree, values: Readonly<Record<string, Tree>>): Tree {
  return {
    type: 'map',
    entries: new Map(Object.entries(values).map(([key, value]) => [key, { key: place, value }])),
    place,
  };
}
