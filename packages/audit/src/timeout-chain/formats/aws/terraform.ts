import type { ConfigFile, Reading } from '../../hop.ts';
import { NOTHING_READ } from '../../hop.ts';
import type { Grammar } from '../../trees/grammar.ts';
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
  const values = valuesOf(file, context, own.documents, grammar, 0);
  const resources = own.documents.flatMap((document) =>
    items(at(document, 'resource')).map((block): AwsResource => {
      const [type = '', name = ''] = items(at(block, '$labels')).map((label) => text(label) ?? '');
      return translate(type, name, values.resolve(block));
    }),
  );
  return { ...NOTHING_READ, hops: awsHops(resources), variables: programVariables(resources), problems: own.problems };
}

/** What `var` and `local` mean in a file's folder: variables and locals often lie in the module's other files. */
function valuesOf(
  file: ConfigFile,
  context: FormatContext,
  own: readonly Tree[],
  grammar: Grammar,
  depth: number,
): Values {
  const beside = context
    .find('*.tf', file.file)
    .filter((it) => it.file !== file.file)
    .flatMap((it) => readHcl(it, grammar).documents);
  const given = valueFiles(file, context).flatMap((it) => readHcl(it, grammar).documents);
  return new Values([...own, ...beside], given, depth < MOST_DEPTH ? moduleInputs(file, context, grammar, depth) : []);
}

/** What each `module` block whose source is this file's folder gives to its variables. */
function moduleInputs(file: ConfigFile, context: FormatContext, grammar: Grammar, depth: number): Inputs[] {
  const folder = folderOf(file.file);
  const name = folder.split('/').at(-1) ?? '';
  const callers = name === '' ? [] : context.mentioning(`/${name}`).filter((it) => it.file.endsWith('.tf'));
  return callers.flatMap((caller) => {
    const { documents } = readHcl(caller, grammar);
    const blocks = documents
      .flatMap((document) => items(at(document, 'module')))
      .filter((block) => joined(folderOf(caller.file), text(at(block, 'source')) ?? '') === folder);
    if (blocks.length === 0) return [];
    const values = valuesOf(caller, context, documents, grammar, depth + 1);
    return blocks.map((block) => {
      const note = `of module.${text(at(block, '$labels', 0)) ?? ''} in ${caller.file}`;
      return new Map(entries(block).map(([key, { value }]) => [key, noted(closed(values.resolve(value)), note)]));
    });
  });
}

/** What the caller does not know either must not be looked for among the module's own names. */
function closed(tree: Tree): Tree {
  if (tree.type === 'unresolved') return { type: 'unresolved', text: tree.text, place: tree.place };
  if (tree.type === 'list') return { ...tree, items: tree.items.map(closed) };
  if (tree.type !== 'map') return tree;
  return {
    ...tree,
    entries: new Map([...tree.entries].map(([name, { key, value }]) => [name, { key, value: closed(value) }])),
  };
}

function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/');
}

/** A module's source as a folder; `undefined`: a registry's or a repository's. */
function joined(from: string, source: string): string | undefined {
  if (!/^\.\.?\//.test(source)) return undefined;
  const parts = from === '' ? [] : from.split('/');
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** `terraform.tfvars` and `*.auto.tfvars`, which Terraform takes by itself, and another one where it is the only one. */
function valueFiles({ file }: ConfigFile, context: FormatContext): readonly ConfigFile[] {
  const all = context.find('*.tfvars', file);
  const own = all.filter((it) => /(?:^|\/)(?:terraform|[^/]*\.auto)\.tfvars$/.test(it.file));
  const others = all.filter((it) => !own.includes(it));
  return others.length === 1 ? [...own, ...others] : own;
}

/** What a module block says of a module's variables. */
type Inputs = ReadonlyMap<string, Tree>;

/** Modules that use modules that use …: deeper is a circle. */
const MOST_DEPTH = 5;

/** `var.x` with a default or from a file of values, and `local.x`. */
class Values {
  readonly #variables = new Map<string, Tree>();
  readonly #locals = new Map<string, Tree>();

  /**
   * @param given files of values: they win over defaults
   * @param inputs of the module blocks that use this folder: what they do not agree about is not known
   */
  constructor(documents: readonly Tree[], given: readonly Tree[], inputs: readonly Inputs[]) {
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
    for (const name of new Set(inputs.flatMap((input) => [...input.keys()]))) {
      const [first, ...others] = inputs.map((input) => input.get(name) ?? this.#variables.get(name));
      if (first && others.every((it) => it !== undefined && text(it) === text(first) && text(first) !== undefined))
        this.#variables.set(name, first);
      else this.#variables.delete(name);
    }
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
