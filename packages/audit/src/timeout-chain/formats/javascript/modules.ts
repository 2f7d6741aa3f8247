import type { Known } from '../../environment.ts';
import type { FormatContext } from '../format.ts';
import { parseSource } from './parse.ts';
import { FileScope } from './scope.ts';
import type { EsNode } from './syntax.ts';

/** Files that the settings of one file are looked for in: a bound on the work, seldom a tenth of it is needed. */
const MOST_FILES = 64;
const ENDINGS = ['', ...['ts', 'js', 'mts', 'mjs', 'cts', 'cjs', 'json'].flatMap((it) => [`.${it}`, `/index.${it}`])];
/** What stands before a path that begins at the project's folder, by convention: `@/config`, `~/config`, `#config`, `src/config`. */
const FROM_TOP = /^(?:@\/|~\/|#\/?)(.+)$|^((?:src|app|lib|config)\/.+)$/;

/** What a file finds outside itself: the environment, and the other files of its project. One for each file that is read. */
export class Modules {
  readonly #context: FormatContext;
  readonly #scopes = new Map<string, FileScope | undefined>();
  readonly #owners = new WeakMap<EsNode, FileScope>();

  constructor(context: FormatContext) {
    this.#context = context;
  }

  variable(name: string, file: string): Known | undefined {
    return this.#context.variable(name, file);
  }

  /** From now on the names in this node are those of this file. */
  own(node: EsNode, scope: FileScope): void {
    this.#owners.set(node, scope);
  }

  /** `undefined`: a node of the file that is read. */
  ownerOf(node: EsNode): FileScope | undefined {
    return this.#owners.get(node);
  }

  /** The module that a file imports under this name, when it is one of the project's own files. */
  imported(module: string, from: string): FileScope | undefined {
    const path = pathsOf(module, from).find((it) => this.#context.file(it));
    return path === undefined ? undefined : this.open(path);
  }

  open(path: string): FileScope | undefined {
    if (!this.#scopes.has(path) && this.#scopes.size < MOST_FILES) {
      const given = this.#context.file(path);
      const text = given && (path.endsWith('.json') ? `export default ${given.text}` : given.text);
      const program = text === undefined ? undefined : parseSource({ file: asSource(path), text }).program;
      this.#scopes.set(path, program && new FileScope({ program, file: path, text: text ?? '', modules: this }, true));
    }
    return this.#scopes.get(path);
  }

  /** Files of the run that contain a text: where something is registered that is asked for by name elsewhere. */
  mentioning(text: string): FileScope[] {
    return this.#context
      .mentioning(text)
      .filter(({ file }) => /\.[cm]?[jt]sx?$/.test(file))
      .flatMap(({ file }) => this.open(file) ?? []);
  }
}

function asSource(path: string): string {
  return path.endsWith('.json') ? `${path}.js` : path;
}

export function isOfProject(module: string): boolean {
  return module.startsWith('.') || FROM_TOP.test(module);
}

/** Where a module may lie, the likeliest first. `../config.js` is often written for `../config.ts`. */
function pathsOf(module: string, from: string): string[] {
  const folder = from.split('/').slice(0, -1);
  if (module.startsWith('.')) return filesAt(folder, module);
  const [, below, whole] = FROM_TOP.exec(module) ?? [];
  const path = below ?? whole;
  if (path === undefined) return [];
  return folder
    .map((_, index) => folder.slice(0, folder.length - index))
    .concat([[]])
    .flatMap((top) =>
      below === undefined ? filesAt(top, path) : [...filesAt(top, `src/${path}`), ...filesAt(top, path)],
    );
}

function filesAt(folder: readonly string[], module: string): string[] {
  const parts = [...folder];
  for (const part of module.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const path = `${folder[0] === '' ? '/' : ''}${parts.filter((part) => part !== '').join('/')}`;
  return [...new Set([...ENDINGS.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, '.$1ts')])];
}
