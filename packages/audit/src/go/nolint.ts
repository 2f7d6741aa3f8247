import type { LineTable } from './lines.ts';
import type { SourceTree } from './syntax/ast.ts';

interface Silence {
  readonly from: number;
  readonly to: number;
  /** Undefined: every rule. */
  readonly names: ReadonlySet<string> | undefined;
}

const NOLINT = /^\/\/\s*nolint(?::\s*([\w./-]+(?:\s*,\s*[\w./-]+)*))?(?=$|\s|\/\/)/;

/** `#nosec G114 -- why`: gosec's own; without numbers it speaks of all its rules. */
const NOSEC = /^\/\/\s*#nosec\b((?:\s+G\d+)*)/;

/**
 * `//nolint` comments. At a line's end it speaks of that line; alone on a line, of the statement or declaration below, whole.
 * Names: `holdup` (every rule), `holdup/no-context`, `go/no-context`, `all`, and those of other linters with the same matter.
 */
export class Silences {
  readonly #all: Silence[] = [];

  constructor(tree: SourceTree, text: string, lines: LineTable) {
    for (const comment of tree.comments) {
      const words = text.slice(comment.pos, comment.end);
      const match = NOLINT.exec(words) ?? asNolint(NOSEC.exec(words));
      if (match === null) continue;
      const line = lines.line(comment.pos);
      const names = match[1] === undefined ? undefined : new Set(match[1].split(',').map((name) => name.trim()));
      const alone = text.slice(lines.start(line), comment.pos).trim() === '';
      const to = alone ? lines.blockEnd(line + 1, tree) : this.#lineEnd(line, tree, lines);
      this.#all.push({ from: line, to, names: names?.has('all') ? undefined : names });
    }
  }

  covers(line: number, rule: string, alsoKnownAs: readonly string[]): boolean {
    const own = ['holdup', rule, rule.replace('go/', 'holdup/'), ...alsoKnownAs];
    return this.#all.some(
      ({ from, to, names }) =>
        from <= line && line <= to && (names === undefined || own.some((name) => names.has(name))),
    );
  }

  /** On the line of `func …` it speaks of the function. */
  #lineEnd(line: number, tree: SourceTree, lines: LineTable): number {
    const decl = tree.decls.find((each) => lines.line(each.pos) === line);
    return decl === undefined ? line : lines.line(decl.end);
  }
}

function asNolint(nosec: RegExpExecArray | null): readonly [string, string] | null {
  if (nosec === null) return null;
  const rules = (nosec[1] ?? '').trim().split(/\s+/).filter(Boolean);
  return [nosec[0], rules.length === 0 ? 'gosec' : rules.join(',')];
}
