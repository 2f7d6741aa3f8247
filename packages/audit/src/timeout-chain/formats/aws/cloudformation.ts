import type { ConfigFile, Reading } from '../../hop.ts';
import { NOTHING_READ } from '../../hop.ts';
import { readYaml } from '../../trees/read-yaml.ts';
import { at, type Entry, entries, items, type Tree, text } from '../../trees/tree.ts';
import type { Format } from '../format.ts';
import { type AwsResource, awsHops, programVariables } from './resources.ts';

export const cloudformation: Format = {
  id: 'cloudformation',
  title: 'AWS CloudFormation and SAM',
  sniff: ({ file, text: content }) =>
    /\.(?:ya?ml|json|template)$/.test(file) && /["']?Type["']?\s*:\s*["']?AWS::/.test(content),
  read: readCloudFormation,
};

function readCloudFormation(file: ConfigFile): Reading {
  const { documents, problems } = readYaml(file);
  const resources = documents.flatMap((document) => {
    const resolve = new Intrinsics(document);
    return entries(at(document, 'Resources')).map(
      ([name, { value, key }]): AwsResource => ({
        type: text(at(value, 'Type')) ?? '',
        name,
        place: key,
        properties: withGlobals(
          resolve.tree(at(value, 'Properties'), 0),
          text(at(value, 'Type')) === 'AWS::Serverless::Function'
            ? resolve.tree(at(document, 'Globals', 'Function'), 0)
            : undefined,
        ),
      }),
    );
  });
  return { ...NOTHING_READ, hops: awsHops(resources), variables: programVariables(resources), problems };
}

/** SAM: what a function does not say itself stands under `Globals`. */
function withGlobals(own: Tree | undefined, globals: Tree | undefined): Tree | undefined {
  if (globals?.type !== 'map') return own;
  if (own?.type !== 'map') return globals;
  return { ...own, entries: new Map([...globals.entries, ...own.entries]) };
}

/** `Ref`, `Fn::Sub`, `Fn::FindInMap` and `Fn::If` as far as the template alone decides them. */
class Intrinsics {
  readonly #parameters: ReadonlyMap<string, Tree>;
  readonly #mappings: Tree | undefined;
  readonly #resources: ReadonlySet<string>;

  constructor(document: Tree) {
    this.#parameters = new Map(entries(at(document, 'Parameters')).map(([name, { value }]) => [name, value]));
    this.#mappings = at(document, 'Mappings');
    this.#resources = new Set(entries(at(document, 'Resources')).map(([name]) => name));
  }

  tree(value: Tree | undefined, depth: number): Tree | undefined {
    if (value === undefined || depth > 60) return undefined;
    if (value.type === 'list')
      return { ...value, items: value.items.flatMap((item) => this.tree(item, depth + 1) ?? []) };
    if (value.type !== 'map') return value;
    const [only] = value.entries;
    if (value.entries.size === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return this.#intrinsic(only[0], only[1].value, value.place);
    const resolved = new Map<string, Entry>();
    for (const [key, entry] of value.entries) {
      const inside = this.tree(entry.value, depth + 1);
      if (inside) resolved.set(key, { key: entry.key, value: inside });
    }
    return { ...value, entries: resolved };
  }

  #intrinsic(name: string, argument: Tree, place: Tree['place']): Tree {
    const unresolved: Tree = { type: 'unresolved', text: `${name} ${text(argument) ?? ''}`.trim(), place };
    if (name === 'Ref') return this.#ref(text(argument) ?? '', place) ?? unresolved;
    if (name === 'Fn::Sub') return this.#sub(argument, place) ?? unresolved;
    if (name === 'Fn::GetAtt') {
      // What it names matters for who calls whom, never as a value.
      const resource = text(argument)?.split('.')[0] ?? text(items(argument)[0]);
      return resource !== undefined && this.#resources.has(resource)
        ? { type: 'unresolved', text: `resource ${resource}`, place }
        : unresolved;
    }
    if (name === 'Fn::FindInMap') {
      const [map, first, second] = items(argument).map((item) => text(this.tree(item, 0)) ?? '');
      return this.tree(at(this.#mappings, map ?? '', first ?? '', second ?? ''), 0) ?? unresolved;
    }
    return unresolved;
  }

  #ref(name: string, place: Tree['place']): Tree | undefined {
    if (this.#resources.has(name)) return { type: 'unresolved', text: `resource ${name}`, place };
    const standard = text(at(this.#parameters.get(name), 'Default'));
    return standard === undefined
      ? undefined
      : { type: 'scalar', value: standard, place, note: `default of the parameter ${name}` };
  }

  #sub(argument: Tree, place: Tree['place']): Tree | undefined {
    const template = text(argument) ?? text(items(argument)[0]);
    if (template === undefined) return undefined;
    const own = items(argument)[1];
    let open = false;
    const value = template.replaceAll(/\$\{([^!}][^}]*)\}/g, (whole, name: string) => {
      const found = text(this.tree(at(own, name), 0)) ?? text(this.#ref(name, place));
      open ||= found === undefined;
      return found ?? whole;
    });
    return open ? undefined : { type: 'scalar', value, place, note: 'by Fn::Sub' };
  }
}
