import { readFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { HOME_FOLDER } from '../host-files.ts';
import { patchFunction } from './patch.ts';
import type { Kit } from './probe.ts';

/** Takes hold of what an ES module of a library defines. */
export interface EsmPatch {
  /** Name of the package. */
  readonly library: string;
  /** Matches the end of the file's path. */
  readonly file: RegExp;
  /** The declarations that are taken hold of; without one of them in the source the file is left alone. */
  readonly declares: readonly [string, ...string[]];
  /** Name of a function declaration, which `patch` may replace, or of a class; several as `{ A, B }`. */
  readonly binding: string;
  patch(value: unknown): unknown;
}

/** Under which a hooked file finds its patch: code that runs in the module itself can reach nothing else. */
const KEY = Symbol.for('holdup.esm');

/**
 * Sees ES modules of a few libraries as they load: a line at their end hands over what they define. Loader hooks are put
 * in only where one of these libraries lies beside the program: everybody else pays a handful of failed file reads.
 * `module.registerHooks` where there is one (Node 22.15 on), on Node 20 the loader's own reading. Between the two nothing is
 * seen.
 */
export function hookEsmLibraries(kit: Kit, patches: readonly EsmPatch[]): () => void {
  const present = patches.filter(({ library }) => isEsmInstalled(library));
  if (present.length === 0) return () => {};
  // Of another probe.
  const earlier = Reflect.get(globalThis, KEY) as ((id: string, value: unknown) => unknown) | undefined;
  const received = (id: string, value: unknown): unknown => {
    const found = present.find((patch) => idOf(patch) === id);
    if (found === undefined) return earlier?.(id, value) ?? value;
    if (!kit.on) return value;
    try {
      return found.patch(value) ?? value;
    } catch (error) {
      kit.fail(error);
      return value;
    }
  };
  Object.defineProperty(globalThis, KEY, { value: received, configurable: true, enumerable: false });
  const { registerHooks } = Module as { registerHooks?: (hooks: object) => { deregister(): void } };
  if (registerHooks === undefined) return hookReads(present);
  const hooks = registerHooks({
    load(url: string, context: unknown, nextLoad: (url: string, context: unknown) => Loaded) {
      const loaded = nextLoad(url, context);
      const patch = present.find(({ file }) => file.test(url));
      return patch === undefined ? loaded : { ...loaded, ...appended(loaded, patch) };
    },
  });
  return () => hooks.deregister();
}

interface Loaded {
  readonly format?: string;
  readonly source?: unknown;
}

function appended({ format, source }: Loaded, patch: EsmPatch): Loaded {
  if (format !== 'module' || source === undefined || source === null) return {};
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  return patch.declares.every((each) => text.includes(each)) ? { source: withHook(text, patch) } : {};
}

/**
 * Functions are replaced before anything runs, because `export default name` hands out what the name means at that
 * moment; on the first line, so that lines keep their numbers. A class stays and is changed.
 */
function withHook(text: string, patch: EsmPatch): string {
  const { binding, declares } = patch;
  const call = `globalThis[Symbol.for('holdup.esm')]?.(${JSON.stringify(idOf(patch))}, ${binding})`;
  const isFunction = declares[0].includes('function ');
  return isFunction ? `${binding} = ${call} ?? ${binding};${text}` : `${text}\n${call};\n`;
}

/** A library may be taken hold of in several files. */
function idOf({ library, binding }: EsmPatch): string {
  return `${library} ${binding}`;
}

/**
 * Node 20 has hooks only in a loader thread, which costs every start some ten milliseconds and megabytes. Its loader reads
 * modules by `readFile(url)`, in this thread.
 */
function hookReads(patches: readonly EsmPatch[]): () => void {
  return patchFunction(fsPromises, 'readFile', (original) => {
    return function readFile(this: unknown, ...args: never[]): unknown {
      const result = original.apply(this, args);
      const url: unknown = args[0];
      if (args.length !== 1 || !(url instanceof URL)) return result;
      const patch = patches.find(({ file }) => file.test(url.href));
      if (patch === undefined) return result;
      return (result as Promise<unknown>).then(
        (source) => appended({ format: 'module', source }, patch).source ?? source,
      );
    };
  });
}

/** An installed copy that `import` takes as an ES module, where the program would find it. */
function isEsmInstalled(library: string): boolean {
  for (const start of new Set([dirname(resolve(HOME_FOLDER, process.argv[1] ?? '.')), resolve(HOME_FOLDER)])) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (isEsmPackage(join(folder, 'node_modules', library, 'package.json'))) return true;
      if (dirname(folder) === folder) break;
    }
  }
  return false;
}

function isEsmPackage(path: string): boolean {
  try {
    const { type, exports } = JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown; exports?: unknown };
    return type === 'module' || JSON.stringify(exports ?? '').includes('.mjs');
  } catch {
    return false;
  }
}
