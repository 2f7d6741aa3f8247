import Module from 'node:module';
import type { Kit } from './probe.ts';

/** Patches what one library file exports. */
export interface LibraryPatch {
  /** Matches the end of the file's path, with forward slashes. */
  readonly file: RegExp;
  /** May return what the file is to export instead. */
  patch(exports: unknown): unknown;
}

interface CompilableModule {
  exports: unknown;
  filename?: string | null;
}

type Compile = (this: CompilableModule, content: string, filename: string, ...rest: unknown[]) => unknown;

/**
 * Sees library files as they load, whatever asked for them: `require`, an `import` of a CommonJS package, one copy
 * or several. One method of the CommonJS loader is enough for that on Node 20 to 26, works for code loaded from
 * ESM too, and needs neither a loader thread nor source transformation. Files loaded earlier are patched now.
 */
export function hookLibraries(kit: Kit, patches: readonly LibraryPatch[]): () => void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const apply = (filename: string, module: CompilableModule) => {
    const path = filename.replaceAll('\\', '/');
    for (const { file, patch } of patches) {
      if (!file.test(path)) continue;
      try {
        const replaced = patch(module.exports);
        if (replaced !== undefined && replaced !== module.exports) module.exports = replaced;
      } catch (error) {
        kit.fail(error);
      }
    }
  };
  for (const [filename, module] of Object.entries(cacheOf(Module))) if (module) apply(filename, module);
  const original = prototype._compile;
  function _compile(this: CompilableModule, content: string, filename: string, ...rest: unknown[]): unknown {
    const result = original.call(this, content, filename, ...rest);
    if (kit.on) apply(filename, this);
    return result;
  }
  prototype._compile = _compile;
  return () => {
    if (prototype._compile === _compile) prototype._compile = original;
  };
}

function cacheOf(loader: unknown): Readonly<Record<string, CompilableModule | undefined>> {
  return (loader as { _cache?: Record<string, CompilableModule> })._cache ?? {};
}
