import type { Hazard, Problem } from '../hazard.ts';
import { placesIn } from './places.ts';

export interface Comment {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Suppressed {
  readonly hazards: readonly Hazard[];
  readonly problems: readonly Problem[];
  readonly suppressed: number;
}

const DIRECTIVE = /^\s*holdup-ignore-(next-line|line|file)\b(.*)$/s;

interface Directive {
  readonly scope: string;
  readonly rules: readonly string[];
  readonly line: number;
}

/**
 * Takes out what comments silence: `// holdup-ignore-next-line js/rule: reason`. Several rules are separated by commas. A directive
 * without rule or reason silences nothing and is a problem: nobody could tell later why it is there.
 */
export function applyComments(
  file: string,
  text: string,
  comments: readonly Comment[],
  hazards: readonly Hazard[],
): Suppressed {
  const directives: Directive[] = [];
  const problems: Problem[] = [];
  const placeOf = placesIn(text);
  for (const { value, end, start } of comments) {
    const match = DIRECTIVE.exec(value);
    if (!match) continue;
    const [, scope = '', rest = ''] = match;
    const colon = rest.indexOf(':');
    const rules = (colon === -1 ? rest : rest.slice(0, colon)).split(',').map((name) => name.trim());
    const reason = colon === -1 ? '' : rest.slice(colon + 1).trim();
    const { line, column } = placeOf(start);
    if (rules[0] === '' || reason === '') {
      const message = `holdup-ignore-${scope} needs a rule and a reason, as in: holdup-ignore-${scope} js/unbounded-request: why`;
      problems.push({ file, line, column, message });
    } else directives.push({ scope, rules, line: placeOf(end).line });
  }
  const kept = hazards.filter((hazard) => !directives.some((directive) => silences(directive, hazard)));
  return { hazards: kept, problems, suppressed: hazards.length - kept.length };
}

function silences({ scope, rules, line }: Directive, { rule, place }: Hazard): boolean {
  if (!rules.some((name) => rule === name || rule === `js/${name}`)) return false;
  if (scope === 'file') return true;
  return place.line === (scope === 'line' ? line : line + 1);
}
