import type { Place, Problem } from '../../../hazard.ts';
import type { ConfigFile } from '../../hop.ts';
import { Lines } from '../../place.ts';

export interface Setting {
  readonly name: string;
  readonly value: string;
  /** `[mysqld]`; empty for files without sections. */
  readonly section: string;
  readonly place: Place;
}

interface Dialect {
  /** `[name]` lines begin sections (my.cnf, pgbouncer.ini). */
  readonly sections: boolean;
  /** A word without a value is fine (my.cnf's switches). */
  readonly bare: boolean;
}

/** postgresql.conf and my.cnf: one setting a line, `name = value` or `name value`, `'…'` quoted, `#` (and `;` in my.cnf) begins a comment. */
export function parseSettings(
  { file, text }: ConfigFile,
  { sections, bare }: Dialect,
): { settings: readonly Setting[]; problems: readonly Problem[] } {
  const lines = new Lines(file, text);
  const settings: Setting[] = [];
  const problems: Problem[] = [];
  let section = '';
  let offset = 0;
  for (const line of text.split('\n')) {
    const start = offset + (line.length - line.trimStart().length);
    offset += line.length + 1;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || (sections && (trimmed.startsWith(';') || /^[!%]/.test(trimmed))))
      continue;
    const place = lines.place(start, start + trimmed.length);
    const problem = (message: string) => problems.push({ file, line: place.line, column: place.column, message });
    const head = sections ? /^\[([^\]]*)\]/.exec(trimmed) : null;
    if (head) {
      section = (head[1] ?? '').trim().toLowerCase();
      continue;
    }
    const [, name, rest] = /^([A-Za-z_*][\w.-]*)\s*(?:=\s*|\s+|$)(.*)$/.exec(trimmed) ?? [];
    if (name === undefined || rest === undefined) problem(`not a setting: ${trimmed.slice(0, 60)}`);
    else {
      const value = valueIn(rest);
      if (value === undefined) problem(`${name}: a quote that is never closed`);
      else if (value === '' && !bare && !rest.startsWith("'")) problem(`${name} has no value`);
      else settings.push({ name: name.toLowerCase(), value, section, place });
    }
  }
  return { settings, problems };
}

/** Without quotes and the comment behind it. */
function valueIn(rest: string): string | undefined {
  const quote = rest[0];
  if (quote === "'" || quote === '"') {
    const end = rest.indexOf(quote, 1);
    return end === -1 ? undefined : rest.slice(1, end);
  }
  return rest.replace(/\s*#.*$/, '').trim();
}
