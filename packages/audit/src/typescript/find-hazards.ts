import type { Hazard, Place } from '../hazard.ts';
import { indexTree, type VisitorKeys } from './index-tree.ts';
import { placesIn } from './places.ts';
import type { Rule } from './rule.ts';
import { type ES, endOf, type Node, startOf } from './tree.ts';

/** Which rules a text can have anything to do with. */
export function rulesFor(text: string, rules: readonly Rule[]): readonly Rule[] {
  return rules.filter(({ words }) => words.some((word) => text.includes(word)));
}

/** One walk over a parsed file, then every rule over what it gathered. */
export function findHazards(
  file: string,
  text: string,
  program: ES.Program,
  keys: VisitorKeys,
  rules: readonly Rule[],
): Hazard[] {
  const tree = indexTree(program, text, keys);
  const placeOf = placesIn(text);
  const place = (node: Node): Place => {
    const start = placeOf(startOf(node));
    const end = placeOf(endOf(node));
    return { file, ...start, endLine: end.line, endColumn: end.column };
  };
  const hazards: Hazard[] = [];
  for (const rule of rules) {
    for (const { node, message, help, related, fix } of rule.find(tree)) {
      hazards.push({
        rule: rule.id,
        severity: rule.severity,
        message,
        help,
        place: place(node),
        ...(related ? { related: related.map((it) => ({ place: place(it.node), message: it.message })) } : {}),
        ...(fix ? { fix } : {}),
      });
    }
  }
  return hazards;
}
