import type { FormatContext } from '../format.ts';
import { parseSource } from './parse.ts';
import { FileScope, type Outside } from './scope.ts';

/** Modules that import modules that import …: settings are seldom further away. */
const MOST_STEPS = 3;
const ENDINGS = [
  '',
  '.ts',
  '.js',
  '.mts',
  '.mjs',
  '.cts',
  '.cjs',
  '/index.ts',
  '/index.js',
  '/index.mts',
  '/index.mjs',
];

/** What a file finds outside itself: the environment, and the values of modules beside it that are among the files. */
export function outsideOf(file: string, context: FormatContext, steps = 0): Outside {
  const scopes = new Map<string, FileScope | undefined>();
  const open = (path: string): FileScope | undefined => {
    const given = context.file(path);
    const program = given && parseSource(given).program;
    return program && new FileScope(program, outsideOf(path, context, steps + 1));
  };
  return {
    variable: (name) => context.variable(name, file),
    exported(module, names) {
      const path = steps < MOST_STEPS ? candidates(module, file).find((it) => context.file(it)) : undefined;
      if (path === undefined) return { value: undefined };
      if (!scopes.has(path)) scopes.set(path, open(path));
      const found = scopes.get(path)?.exported(names) ?? { value: undefined };
      return found.value === undefined || found.note !== undefined ? found : { ...found, note: `in ${path}` };
    },
  };
}

/** `../config.js` is often written for `../config.ts`. */
function candidates(module: string, from: string): string[] {
  const parts = from.split('/').slice(0, -1);
  for (const part of module.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const path = parts.join('/');
  const bare = path.replace(/\.([cm]?)js$/, '.$1ts');
  return [...new Set([...ENDINGS.map((ending) => path + ending), bare])];
}
