import { isBuiltin } from 'node:module';
import { dirname, sep } from 'node:path';
import { ResolverFactory } from 'oxc-resolver';
import type { Definition, Project, Tree } from '../tree.ts';
import { exportsOf } from './exports.ts';
import { isLibrary, namesLibrary } from './libraries.ts';
import { Packages } from './packages.ts';

/** Trees kept at once: those of a project's clients and pools are few, and asked for again and again. */
const MOST_TREES = 200;
/** Names and files remembered as leading nowhere, before all are forgotten. */
const MOST_REMEMBERED = 50_000;
/** Files that a name may be handed on through. */
const MOST_HANDS = 6;
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx'];
const HANDS_ON =
  /\bexport\s*(?:type\s*)?(?:\*|\{[^}]*\})[^;'"]*\bfrom\b|(?:\bexports(?:\.\w+)?\s*=|:)\s*require\(\s*['"]\./;

export interface Sources {
  /** The text of a file; undefined where it cannot be read or is too large. */
  read(path: string): string | undefined;
  parse(path: string, text: string, project: Project): Tree | undefined;
}

type Interest = 'none' | 'library' | 'hands-on';

/** Finds what a name imported from another file of the project is. Reads that file only if it can lead to a known library. */
export function openProject(sources: Sources): Project {
  return new ProjectFiles(sources);
}

class ProjectFiles implements Project {
  readonly #sources: Sources;
  readonly #resolver = new ResolverFactory({
    tsconfig: 'auto',
    extensions: EXTENSIONS,
    extensionAlias: { '.js': ['.ts', '.tsx', '.js'], '.mjs': ['.mts', '.mjs'], '.cjs': ['.cts', '.cjs'] },
    conditionNames: ['source', 'development', 'import', 'require', 'node', 'default'],
  });
  readonly #packages: Packages;
  /** By folder and specifier. */
  readonly #targets = new Map<string, string | undefined>();
  readonly #interests = new Map<string, Interest>();
  /** The one asked for last goes last. */
  readonly #trees = new Map<string, Tree>();
  /** By file and name. */
  readonly #nowhere = new Map<string, true>();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#packages = new Packages(sources.read);
  }

  has(file: string, specifier: string): boolean {
    return this.#targetOf(file, specifier) !== undefined;
  }

  find(file: string, specifier: string, name: string): Definition | undefined {
    const target = this.#targetOf(file, specifier);
    if (target === undefined || this.#interestOf(target) === 'none') return undefined;
    const key = `${target}\0${name}`;
    if (this.#nowhere.has(key)) return undefined;
    const found = this.#findIn(target, name, 0);
    if (!found) setBounded(this.#nowhere, key, true);
    return found;
  }

  isPage(path: string): boolean {
    return /[\\/]public[\\/]/.test(path) || this.#packages.isPage(dirname(path));
  }

  cached(path: string): Tree | undefined {
    return this.#trees.get(path);
  }

  #findIn(path: string, name: string, hands: number): Definition | undefined {
    if (hands > MOST_HANDS || this.#interestOf(path) === 'none') return undefined;
    const tree = this.#treeOf(path);
    if (!tree) return undefined;
    if (name === '*') return { tree, node: tree.program };
    const { own, types, handed, all, whole } = exportsOf(tree);
    const node = name === '=' ? whole : (own.get(name) ?? types.get(name) ?? (name === 'default' ? whole : undefined));
    if (node) return { tree, node };
    const given = handed.get(name);
    const specifiers = given ? [given.specifier] : name === '=' || name === 'default' ? [] : all;
    for (const specifier of specifiers) {
      const target = this.#targetOf(path, specifier);
      const found = target === undefined ? undefined : this.#findIn(target, given?.name ?? name, hands + 1);
      if (found) return found;
    }
    return undefined;
  }

  #targetOf(file: string, specifier: string): string | undefined {
    if (isLibrary(specifier) || isBuiltin(specifier)) return undefined;
    const key = `${file.slice(0, file.lastIndexOf(sep))}\0${specifier}`;
    if (this.#targets.has(key)) return this.#targets.get(key);
    const { path } = this.#resolver.resolveFileSync(file, specifier);
    const isSource = path !== undefined && EXTENSIONS.some((end) => path.endsWith(end));
    const target = isSource && !path.includes(`${sep}node_modules${sep}`) ? path : undefined;
    setBounded(this.#targets, key, target);
    return target;
  }

  #interestOf(path: string): Interest {
    const known = this.#interests.get(path);
    if (known) return known;
    const text = this.#sources.read(path) ?? '';
    const interest = namesLibrary(text) ? 'library' : HANDS_ON.test(text) ? 'hands-on' : 'none';
    setBounded(this.#interests, path, interest);
    return interest;
  }

  #treeOf(path: string): Tree | undefined {
    const known = this.#trees.get(path);
    this.#trees.delete(path);
    const text = known ? undefined : this.#sources.read(path);
    const tree = known ?? (text === undefined ? undefined : this.#sources.parse(path, text, this));
    if (tree) this.#trees.set(path, tree);
    const [oldest] = this.#trees.keys();
    if (oldest !== undefined && this.#trees.size > MOST_TREES) this.#trees.delete(oldest);
    return tree;
  }
}

function setBounded<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= MOST_REMEMBERED) map.clear();
  map.set(key, value);
}
