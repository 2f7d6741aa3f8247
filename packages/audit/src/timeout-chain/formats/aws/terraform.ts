import type { ConfigFile, Reading } from '../../hop.ts';
import { NOTHING_READ } from '../../hop.ts';
import { readHcl } from '../../trees/read-hcl.ts';
import { readYaml } from '../../trees/read-yaml.ts';
import { at, type Entry, entries, items, type Tree, text } from '../../trees/tree.ts';
import type { Format, FormatContext } from '../format.ts';
import { type AwsResource, awsHops } from './resources.ts';

export const terraform: Format = {
  id: 'terraform',
  title: 'Terraform',
  needsGrammars: true,
  sniff: ({ file }) => /\.(?:tf|tofu|hcl)$|\.tf\.json$/.test(file),
  read: readTerraform,
};

function readTerraform(file: ConfigFile, context: FormatContext): Reading {
  const grammar = context.grammars?.hcl;
  if (!grammar) return NOTHING_READ;
  const own = file.file.endsWith('.json') ? readYaml(file) : readHcl(file, grammar);
  // Variables and locals often lie in the module's other files.
  const beside = context
    .find('*.tf', file.file)
    .filter((it) => it.file !== file.file)
    .map((it) => readHcl(it, grammar));
  const values = new Values([...own.documents, ...beside.flatMap(({ documents }) => documents)]);
  const resources = own.documents.flatMap((document) =>
    items(at(document, 'resource')).map((block): AwsResource => {
      const [type = '', name = ''] = items(at(block, '$labels')).map((label) => text(label) ?? '');
      return translate(type, name, values.resolve(block, 0));
    }),
  );
  return { ...NOTHING_READ, hops: awsHops(resources), problems: own.problems };
}

/** `var.x` with a default, and `local.x`. */
class Values {
  readonly #variables = new Map<string, Tree>();
  readonly #locals = new Map<string, Tree>();

  constructor(documents: readonly Tree[]) {
    for (const document of documents) {
      for (const block of items(at(document, 'variable'))) {
        const standard = at(block, 'default');
        if (standard) this.#variables.set(text(at(block, '$labels', 0)) ?? '', standard);
      }
      for (const block of items(at(document, 'locals')))
        for (const [name, { value }] of entries(block)) this.#locals.set(name, value);
    }
  }

  resolve(tree: Tree, depth: number): Tree {
    if (depth > 60) return tree;
    if (tree.type === 'list') return { ...tree, items: tree.items.map((item) => this.resolve(item, depth + 1)) };
    if (tree.type === 'map') {
      const resolved = new Map<string, Entry>();
      for (const [key, entry] of tree.entries)
        resolved.set(key, { key: entry.key, value: this.resolve(entry.value, depth + 1) });
      return { ...tree, entries: resolved };
    }
    if (tree.type !== 'unresolved') return tree;
    const [, scope, name = ''] = /^(?:"\$\{)?(var|local)\.([\w-]+)(?:\}")?$/.exec(tree.text) ?? [];
    const found = scope === 'var' ? this.#variables.get(name) : scope === 'local' ? this.#locals.get(name) : undefined;
    if (found === undefined) return tree;
    const value = this.resolve(found, depth + 1);
    if (value.type !== 'scalar') return value;
    return { ...value, place: tree.place, ...(scope === 'var' ? { note: `default of var.${name}` } : {}) };
  }
}

/** Terraform's names in CloudFormation's, so that one reader knows both. */
function translate(type: string, name: string, block: Tree): AwsResource {
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
        properties: wrap('Integration', rename({ timeout_milliseconds: 'TimeoutInMillis', uri: 'Uri', type: 'Type' })),
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
        }),
      };
    case 'aws_lambda_function':
      return { type: 'AWS::Lambda::Function', name, place, properties: rename({ timeout: 'Timeout' }) };
    default:
      return { type, name, place, properties: block };
  }
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

function nest(block: Tree, outer: string, inner: string, from: string): Tree {
  const value = at(block, from);
  return value ? map(block, { [outer]: map(block, { [inner]: value }) }) : map(block, {});
}

function wrap(name: string, value: Tree): Tree {
  return map(value, { [name]: value });
}

function map({ place }: Tree, values: Readonly<Record<string, Tree>>): Tree {
  return {
    type: 'map',
    entries: new Map(Object.entries(values).map(([key, value]) => [key, { key: place, value }])),
    place,
  };
}
