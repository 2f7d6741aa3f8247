import type { Hazard, Place } from '../hazard.ts';
import { placesIn } from './places.ts';
import { namesLibrary } from './project/libraries.ts';
import type { Rule } from './rule.ts';
import { endOf, type Node, startOf, type Tree } from './tree.ts';

/** Clients that a file has without importing them. */
const GLOBAL_CLIENT = /\bfetch\b/;

/**
 * Which rules a text can have anything to do with.
 * @param importsClient Asked only where the text itself names none: does it use one of another file?
 */
export function rulesFor(text: string, rules: readonly Rule[], importsClient: () => boolean): readonly Rule[] {
  const libraries = namesLibrary(text) || GLOBAL_CLIENT.test(text) || importsClient();
  return rules.filter(({ words, libraries: needs }) => (needs && libraries) || words?.test(text));
}

/** Every rule over what one walk gathered. */
export function findHazards(file: string, tree: Tree, rules: readonly Rule[]): Hazard[] {
  const placeOf = placesIn(tree.text);
  const place = (node: Node): Place => {
    const start = placeOf(startOf(node));
    const end = placeOf(endOf(node));
    return { file, ...start, endLine: end.line, endColumn: end.column };
  };
  const hazards: Hazard[] = [];
  for (const rule of rules) {
    for (const { node, message, help, related, fix, group } of rule.find(tree)) {
      hazards.push({
        rule: rule.id,
        severity: rule.severity,
        message,
        help,
        place: place(node),
        ...(related ? { related: related.map((it) => ({ place: place(it.node), message: it.message })) } : {}),
        ...(fix ? { fix } : {}),
        ...(group ? { group } : {}),
      });
    }
  }
  return hazards;
}
