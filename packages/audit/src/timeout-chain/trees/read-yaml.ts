import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from 'yaml';
import type { Place, Problem } from '../../hazard.ts';
import type { ConfigFile } from '../hop.ts';
import { Lines } from '../place.ts';
import type { Entry, Tree } from './tree.ts';

export interface Documents {
  readonly documents: readonly Tree[];
  readonly problems: readonly Problem[];
}

/** How deep a document may nest; beyond, it is not a configuration but an attack on the reader. */
const MOST_DEPTH = 200;
/** Values in one file, aliases expanded: a "billion laughs" file stops here. */
const MOST_NODES = 100_000;

/** `{{ … }}` of Helm, Jinja and the like: not YAML until rendered. */
const TEMPLATE = /\{\{/;

/** Reads YAML and JSON: several documents, anchors, merge keys, CloudFormation's tags. Never throws. */
export function readYaml({ file, text }: ConfigFile): Documents {
  const template = findTemplate(text);
  const lineCounter = new LineCounter();
  let parsed: ReturnType<typeof parseAllDocuments>;
  try {
    parsed = parseAllDocuments(blankTemplateLines(text), {
      lineCounter,
      merge: true,
      logLevel: 'silent',
      uniqueKeys: false,
    });
  } catch (error) {
    // The parser recurses: a file nested thousands deep overflows its stack.
    return {
      documents: [],
      problems: [{ file, line: 1, column: 1, message: `not readable as YAML: ${firstLine(error)}` }],
    };
  }
  const problems: Problem[] = [];
  if (template !== undefined) {
    problems.push({
      file,
      line: template,
      column: 1,
      message: templateMessage(file),
    });
  }
  const documents: Tree[] = [];
  if (!Array.isArray(parsed)) return { documents, problems };
  for (const document of parsed) {
    const [error] = document.errors;
    if (error !== undefined) {
      // A template is no YAML: that was said.
      if (template !== undefined) continue;
      const { line, col } = lineCounter.linePos(error.pos[0]);
      problems.push({ file, line, column: col, message: `not readable as YAML: ${firstLine(error)}` });
      continue;
    }
    if (document.contents === null) continue;
    const reader = new Reader(new Lines(file, text), (node) => (isAlias(node) ? node.resolve(document) : undefined));
    const tree = reader.tree(document.contents, 0);
    if (reader.overflow)
      problems.push({
        file,
        line: 1,
        column: 1,
        message: `more than ${MOST_NODES} values or nested deeper than ${MOST_DEPTH}: the rest is not read`,
      });
    documents.push(tree);
  }
  return { documents, problems };
}

/** One text for all templates of a chart: they are said once. */
function templateMessage(file: string): string {
  const chart = /^(.*?)(?:\/|^)templates\//.exec(file)?.[1];
  return chart === undefined
    ? 'a template, not rendered: values in {{ … }} are unknown; audit what it is rendered to'
    : `a Helm template, not rendered: values in {{ … }} are unknown; run helm template ${chart === '' ? '.' : chart} > rendered.yaml and audit that`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)).replace(
    / at line \d+, column \d+:?$/,
    '',
  );
}

function findTemplate(text: string): number | undefined {
  const found = TEMPLATE.exec(text);
  return found ? text.slice(0, found.index).split('\n').length : undefined;
}

/**
 * Lines that hold nothing but template actions (`{{- if .Values.x }}`) become blank and values become quoted text of the
 * same length, so that what is plain YAML around them can still be read with its places.
 */
function blankTemplateLines(text: string): string {
  if (!TEMPLATE.test(text)) return text;
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(?:\{\{[^}]*\}\}\s*)+$/.test(line)) return ' '.repeat(line.length);
      return line.replaceAll(
        /\{\{.*?\}\}/g,
        (action) => `${UNRENDERED}${'_'.repeat(Math.max(0, action.length - UNRENDERED.length))}`,
      );
    })
    .join('\n');
}

const UNRENDERED = 'TPL';

class Reader {
  readonly #lines: Lines;
  readonly #resolve: (node: unknown) => Node | undefined;
  readonly #anchors = new Map<unknown, Node | undefined>();
  #nodes = 0;
  overflow = false;

  constructor(lines: Lines, resolve: (node: unknown) => Node | undefined) {
    this.#lines = lines;
    this.#resolve = resolve;
  }

  tree(node: unknown, depth: number): Tree {
    const place = this.#place(node);
    this.#nodes += 1;
    if (depth > MOST_DEPTH || this.#nodes > MOST_NODES) {
      this.overflow = true;
      return { type: 'unresolved', text: 'too deep', place };
    }
    if (isAlias(node)) {
      // Finding an anchor walks the document: once for each alias, however often it is expanded.
      if (!this.#anchors.has(node)) this.#anchors.set(node, this.#resolve(node));
      return this.tree(this.#anchors.get(node), depth + 1);
    }
    if (isMap(node)) return this.#map(node.items, tagOf(node), place, depth);
    if (isSeq(node)) {
      const tag = tagOf(node);
      const items = node.items.map((item) => this.tree(item, depth + 1));
      if (tag === undefined) return { type: 'list', items, place };
      return tagged(tag, { type: 'list', items, place }, place);
    }
    if (isScalar(node)) return scalar(node, place);
    return { type: 'scalar', value: null, place };
  }

  #map(pairs: readonly unknown[], tag: string | undefined, place: Place, depth: number): Tree {
    const entries = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = isScalar(pair.key) ? keyOf(pair.key) : undefined;
      if (key === undefined) continue;
      const value = this.tree(pair.value, depth + 1);
      if (key === '<<') {
        for (const source of value.type === 'list' ? value.items : [value]) {
          if (source.type === 'map')
            for (const [name, entry] of source.entries) if (!merged.has(name)) merged.set(name, entry);
        }
      } else entries.set(key, { key: this.#place(pair.key), value });
    }
    for (const [name, entry] of merged) if (!entries.has(name)) entries.set(name, entry);
    const map: Tree = { type: 'map', entries, place };
    return tag === undefined ? map : tagged(tag, map, place);
  }

  #place(node: unknown): Place {
    const range =
      typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : [0, 0];
    return this.#lines.place(Number(range[0]), Number(range[1]));
  }
}

/** The parser has a symbol in the place of a merge key. */
function keyOf({ value }: Scalar): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function scalar(node: Scalar, place: Place): Tree {
  const tag = tagOf(node);
  const value = node.value;
  if (typeof value === 'string' && value.includes(UNRENDERED)) return { type: 'unresolved', text: 'template', place };
  const tree: Tree = {
    type: 'scalar',
    value:
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : value === null
          ? null
          : String(value),
    place,
  };
  return tag === undefined ? tree : tagged(tag, tree, place);
}

/** `!Ref X` becomes what its JSON form is, `{ Ref: X }`: one shape for both spellings. */
function tagged(tag: string, value: Tree, place: Place): Tree {
  const name = tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`;
  return { type: 'map', entries: new Map([[name, { key: place, value }]]), place };
}

function tagOf(node: { tag?: string | undefined }): string | undefined {
  const tag = node.tag;
  return tag?.startsWith('!') && !tag.startsWith('!!') && tag.length > 1 ? tag.slice(1) : undefined;
}
