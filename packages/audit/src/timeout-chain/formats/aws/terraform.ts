import type { ConfigFile, Reading } from '../../hop.ts';
import { NOTHING_READ } from '../../hop.ts';
import { resolveHcl } from '../../trees/hcl-expression.ts';
import { readHcl } from '../../trees/read-hcl.ts';
import { readYaml } from '../../trees/read-yaml.ts';
import { at, entries, items, type Tree, text } from '../../trees/tree.ts';
import type { Format, FormatContext } from '../format.ts';
import { type AwsResource, awsHops, programVariables } from './resources.ts';
import { translate } from './terraform-resources.ts';

export const terraform: Format = {
  id: 'terraform',
  title: 'Terraform',
  needsGrammars: true,
  sniff: ({ file }) => /\.(?:tf|tofu|hcl|tfvars)$|\.tf\.json$/.test(file),
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
  const values = new Values(
    [...own.documents, ...beside.flatMap(({ documents }) => documents)],
    valueFiles(file, context).flatMap((it) => readHcl(it, grammar).documents),
  );
  const resources = own.documents.flatMap((document) =>
    items(at(document, 'resource')).map((block): AwsResource => {
      const [type = '', name = ''] = items(at(block, '$labels')).map((label) => text(label) ?? '');
      return translate(type, name, values.resolve(block));
    }),
  );
  return { ...NOTHING_READ, hops: awsHops(resources), variables: programVariables(resources), problems: own.problems };
}

/** `terraform.tfvars` and `*.auto.tfvars`, which Terraform takes by itself, and another one where it is the only one. */
function valueFiles({ file }: ConfigFile, context: FormatContext): readonly ConfigFile[] {
  const all = context.find('*.tfvars', file);
  const own = all.filter((it) => /(?:^|\/)(?:terraform|[^/]*\.auto)\.tfvars$/.test(it.file));
  const others = all.filter((it) => !own.includes(it));
  return others.length === 1 ? [...own, ...others] : own;
}

/** `var.x` with a default or from a file of values, and `local.x`. */
class Values {
  readonly #variables = new Map<string, Tree>();
  readonly #locals = new Map<string, Tree>();

  /** @param given files of values: they win over defaults */
  constructor(documents: readonly Tree[], given: readonly Tree[]) {
    for (const document of documents) {
      for (const block of items(at(document, 'variable'))) {
        const name = text(at(block, '$labels', 0)) ?? '';
        const standard = at(block, 'default');
        if (standard) this.#variables.set(name, noted(standard, `default of var.${name}`));
      }
      for (const block of items(at(document, 'locals')))
        for (const [name, { value }] of entries(block)) this.#locals.set(name, value);
    }
    for (const [name, { value, key }] of given.flatMap(entries))
      this.#variables.set(name, noted(value, `var.${name} in ${key.file}`));
  }

  resolve(tree: Tree): Tree {
    return resolveHcl(tree, (scope, name) =>
      scope === 'var' ? this.#variables.get(name) : scope === 'local' ? this.#locals.get(name) : undefined,
    );
  }
}

function noted(tree: Tree, note: string): Tree {
  if (tree.type === 'scalar') return { ...tree, note };
  if (tree.type === 'list') return { ...tree, items: tree.items.map((item) => noted(item, note)) };
  if (tree.type !== 'map') return tree;
  return {
    ...tree,
    entries: new Map([...tree.entries].map(([name, { key, value }]) => [name, { key, value: noted(value, note) }])),
  };
}
