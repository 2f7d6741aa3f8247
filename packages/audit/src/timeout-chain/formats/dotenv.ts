import type { Variable } from '../environment.ts';
import { type ConfigFile, NOTHING_READ, type Reading } from '../hop.ts';
import { Lines } from '../place.ts';
import type { Format } from './format.ts';

export const dotenv: Format = {
  id: 'dotenv',
  title: 'Variables of the environment (.env)',
  sniff: ({ file }) =>
    /(?:^|\/)\.env(?:\.[\w-]+)*$|(?:^|\/)[\w-]+\.env$/.test(file) && !/\.(?:example|sample|template|dist)$/.test(file),
  read: (file): Reading => ({
    ...NOTHING_READ,
    variables: readVariables(file).map((variable) => ({ ...variable, fallback: true })),
  }),
};

/** `NAME=value`, `export NAME="value"`, `# comment`; the last of a name wins. */
export function readVariables({ file, text }: ConfigFile): Variable[] {
  const lines = new Lines(file, text);
  const found = new Map<string, Variable>();
  for (const line of text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*)$/gm)) {
    const [whole, name = '', written = ''] = line;
    const quoted = /^(["'])(.*?)\1/.exec(written.trim());
    const value = quoted?.[2] ?? written.replace(/(?:^|\s)#.*$/, '').trim();
    found.set(name, { name, value, place: lines.place(line.index, line.index + whole.length) });
  }
  return [...found.values()];
}
