import { packageOfGoName } from './go-name.ts';
import { rootOf } from './root-folder.ts';

/** Whose code a frame is: the service's own, a dependency's, the language's runtime, or no function at all. */
export type FrameKind = 'app' | 'library' | 'runtime' | 'state';

/** What is known of a function, as a profile says it. */
export interface FunctionFacts {
  readonly name: string;
  /** '' when not known. */
  readonly file: string;
  /** From 1; 0: not known. */
  readonly line: number;
  /** Binary or package; '' when not known. */
  readonly module: string;
}

/** A function as people read it. */
export interface FrameText {
  readonly name: string;
  /** What shares a colour: package, module, or a state's name. */
  readonly group: string;
  /** Package and file, Go: package and receiver; '' when nothing is known. */
  readonly place: string;
  readonly kind: FrameKind;
}

/** V8's pseudo frames: what the thread did instead of running a function. */
const STATES: ReadonlySet<string> = new Set(['(root)', '(program)', '(idle)', '(garbage collector)']);

/** The folder that the service's own files have in common, with its closing slash; '' when there is none. */
export function ownFolderOf(functions: readonly FunctionFacts[]): string {
  return rootOf(functions.filter(isOwnScript).map(({ file }) => toPath(file)));
}

/** Writes functions of one profile. */
export class FrameWriter {
  readonly #ownFolder: string;

  /** @param ownFolder What {@link ownFolderOf} says of all of them: files of the service itself are shown from there on. */
  constructor(ownFolder: string) {
    this.#ownFolder = ownFolder;
  }

  write(facts: FunctionFacts): FrameText {
    if (STATES.has(facts.name) && facts.file === '') {
      return { name: facts.name, group: facts.name, place: '', kind: 'state' };
    }
    if (isGo(facts)) return writeGo(facts);
    if (facts.file !== '') return this.#writeScript(facts);
    const group = facts.module === '' ? '' : baseOf(facts.module);
    return { name: facts.name, group, place: group, kind: group === '' ? 'app' : 'library' };
  }

  #writeScript(facts: FunctionFacts): FrameText {
    const name = facts.name === '' ? '(anonymous)' : facts.name;
    const path = toPath(facts.file);
    if (path.startsWith('node:')) {
      return { name, group: 'node', place: withLine(path, facts.line), kind: 'runtime' };
    }
    if (path.startsWith('wasm://')) return { name, group: 'wasm', place: 'WebAssembly', kind: 'library' };
    const dependency = readDependency(path);
    if (dependency) {
      const place = `${dependency.name} · ${withLine(dependency.path, facts.line)}`;
      return { name, group: dependency.name, place, kind: 'library' };
    }
    const own = path.startsWith(this.#ownFolder) ? path.slice(this.#ownFolder.length) : path;
    return { name, group: folderOf(own), place: withLine(own, facts.line), kind: 'app' };
  }
}

function isGo({ name, file }: FunctionFacts): boolean {
  if (file.endsWith('.go') || (file.endsWith('.s') && name.startsWith('runtime.'))) return true;
  return file === '' && (name.startsWith('runtime.') || /^[\w.%~-]+(\/[\w.%~-]+)+\.[\w(]/.test(name));
}

function writeGo({ name, file, line }: FunctionFacts): FrameText {
  const { path, short, receiver, standard } = packageOfGoName(name);
  const where = file === '' ? '' : withLine(baseOf(file), line);
  const place = [path, receiver, where].filter((part) => part !== '').join(' · ');
  const runtime = path === 'runtime' || path.startsWith('runtime/') || path.startsWith('internal/');
  return { name: short, group: path, place, kind: runtime ? 'runtime' : standard ? 'library' : 'app' };
}

/** On disk, and no dependency: what names its place otherwise (`wasm://`, `webpack://`) shares no folder. */
function isOwnScript(facts: FunctionFacts): boolean {
  const path = toPath(facts.file);
  return /^([/]|[A-Za-z]:[/])/.test(path) && !readDependency(path) && !isGo(facts);
}

/** `file:` URLs as paths, Windows separators as slashes, nothing after a `?`. */
function toPath(file: string): string {
  const plain = file.startsWith('file://') ? decode(file.slice('file://'.length)) : file;
  return plain.replaceAll('\\', '/');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The innermost package: package managers nest one node_modules in another. */
function readDependency(path: string): { readonly name: string; readonly path: string } | undefined {
  const mark = '/node_modules/';
  const at = path.lastIndexOf(mark);
  if (at < 0) return undefined;
  const parts = path.slice(at + mark.length).split('/');
  const length = parts[0]?.startsWith('@') ? 2 : 1;
  return { name: parts.slice(0, length).join('/'), path: parts.slice(length).join('/') };
}

function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at > 0 ? path.slice(0, at) : '';
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function withLine(path: string, line: number): string {
  return line > 0 ? `${path}:${line}` : path;
}
