import type { Variable } from '../../environment.ts';
import { at, entries, items, type Tree, text } from '../../trees/tree.ts';
import type { Resource } from './resource.ts';

/** What the containers of a workload are started with: written out, or out of a ConfigMap that is among the resources. */
export function workloadVariables(resource: Resource, all: readonly Resource[]): Variable[] {
  const template = resource.kind === 'Pod' ? resource.tree : at(resource.spec, 'template');
  const data = (name: Tree | undefined) =>
    at(all.find((it) => it.kind === 'ConfigMap' && it.name === text(name))?.tree, 'data');
  return items(at(template, 'spec', 'containers')).flatMap((container) => [
    ...items(at(container, 'envFrom')).flatMap((from) =>
      fromMap(data(at(from, 'configMapRef', 'name')), text(at(from, 'prefix'))),
    ),
    ...items(at(container, 'env')).flatMap((item): Variable[] => {
      const name = text(at(item, 'name'));
      if (name === undefined) return [];
      const reference = at(item, 'valueFrom', 'configMapKeyRef');
      const key = text(at(reference, 'key')) ?? '';
      const value = at(item, 'valueFrom') ? at(data(at(reference, 'name')), key) : at(item, 'value');
      return [{ name, value: text(value), place: item.place }];
    }),
  ]);
}

function fromMap(data: Tree | undefined, prefix = ''): Variable[] {
  return entries(data).map(([name, { value, key }]) => ({ name: `${prefix}${name}`, value: text(value), place: key }));
}
