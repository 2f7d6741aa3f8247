import type { Place } from '../../../hazard.ts';
import { at, type Tree, text } from '../../trees/tree.ts';

/** One object of a manifest. */
export interface Resource {
  readonly kind: string;
  readonly group: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly tree: Tree;
  readonly spec: Tree | undefined;
  readonly place: Place;
}

/** `undefined`: the document is no Kubernetes object. A List gives its items. */
export function resourcesOf(document: Tree): Resource[] {
  const kind = text(at(document, 'kind'));
  const version = text(at(document, 'apiVersion'));
  if (kind === undefined || version === undefined) return [];
  if (kind === 'List') return document.type === 'map' ? listItems(at(document, 'items')).flatMap(resourcesOf) : [];
  return [
    {
      kind,
      group: version.includes('/') ? (version.split('/')[0] ?? '') : '',
      name: text(at(document, 'metadata', 'name')) ?? '?',
      namespace: text(at(document, 'metadata', 'namespace')),
      tree: document,
      spec: at(document, 'spec'),
      place: at(document, 'metadata', 'name')?.place ?? document.place,
    },
  ];
}

function listItems(tree: Tree | undefined): readonly Tree[] {
  return tree?.type === 'list' ? tree.items : [];
}

export function annotation(resource: Resource, name: string): Tree | undefined {
  return at(resource.tree, 'metadata', 'annotations', name);
}
